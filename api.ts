import { openPredictions } from './activities/open-predictions.js';
import { featureRegistry, onlineServices } from './activities/online-services.js';
import { openCache } from './adapters/cache/open-cache.js';
import { openResponses } from './adapters/cache/open-responses.js';
import { rememberedKickOffs } from './adapters/cache/remembered-kick-offs.js';
import { redisProbe } from './adapters/cache/redis-info.js';
import { isFree } from './adapters/embedded/ports.js';
import { modelsRootOf, openLakeOf } from './adapters/lake/lake-of-home.js';
import { createMeters } from './adapters/metrics/meters.js';
import { newestEvaluation } from './adapters/models/registry/evaluations.js';
import { openRegistryOf } from './adapters/models/registry/open-registry.js';
import { rememberingRegistry } from './adapters/models/registry/remembering-registry.js';
import { vectorStore } from './adapters/online/vector-store.js';
import { vectorsTogether } from './adapters/online/vectors-together.js';
import { outbox } from './adapters/outbox.js';
import { connectionsOfApi, nameWithBudget } from './adapters/postgres/connection-budget.js';
import { kickOffsTogether } from './adapters/postgres/kick-offs.js';
import { openRolePools } from './adapters/postgres/role-pools.js';
import { roleUrls, sessionName } from './adapters/postgres/roles.js';
import { servedVectorsSink } from './adapters/postgres/served-vectors.js';
import { processLog } from './adapters/redaction/process-log.js';
import { redactorOfConfig, type Redactor } from './adapters/redaction/redactor.js';
import { keptClient } from './adapters/temporal/kept-client.js';
import { openTracer } from './adapters/traces/tracer.js';
import { openKeyring } from './api/access/keyring.js';
import { guardTemporalUi } from './api/access/temporal-ui.js';
import { apiServer } from './api/server.js';
import { cachePatienceMs, patienceMs } from './api/soon.js';
import { lakeWhilePostgresAnswers } from './api/watched-lake.js';
import { temporaryFolderOf } from './adapters/temporary-files.js';
import { readConfig, type Config } from './config.js';
import { BadInput, describeError } from './schemas/errors.js';
import { changedSchedules } from './schemas/jobs/schedule.js';
import { instant } from './schemas/values.js';
import { schedules } from './workflows/schedules.js';

const usualPort = 8_000;
/** How long an answer may take: a question to the lake, the first prediction of a process. */
const answerWithinMs = 15_000;

/** Serves the HTTP API until it gets a signal, or until the process that started it is gone; what was asked for by then is answered. */
async function serve(redactor: Redactor): Promise<void> {
  const config = readConfig();
  const { databaseUrl, databasePoolSize, temporalAddress, temporalNamespace: namespace } = config;
  if (databaseUrl === undefined || temporalAddress === undefined) {
    throw new BadInput('The API has to be told where Postgres and Temporal are', {
      setting: databaseUrl === undefined ? 'DATABASE_URL' : 'TEMPORAL_ADDRESS',
      advice: 'Set DATABASE_URL and TEMPORAL_ADDRESS, or let touchline up start the API.',
    });
  }
  const stopping = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) {
      process.on(signal, () => {
        resolve();
      });
    }
  });

  const log = processLog(config.logLevel, redactor);
  const warn = (line: string): void => {
    log.warn(line);
  };
  await guardTemporalUi(config, { warn });
  const urls = roleUrls(databaseUrl, config.databasePasswords);
  const processName = nameWithBudget('api', connectionsOfApi(databasePoolSize));
  const databases = openRolePools(urls, {
    ...{ processName, max: databasePoolSize, patienceMs },
    onConnectionLost: (error) => {
      warn(`A connection to Postgres was lost: ${error.message}`);
    },
  });
  const { pool } = databases.writer;
  const temporal = keptClient({ address: temporalAddress, namespace }, patienceMs);
  const redis = config.redisUrl === undefined ? null : redisProbe(config.redisUrl);
  const opened = await openLakeOf(config, urls, processName);
  const lake = lakeWhilePostgresAnswers(opened, databases.reader.pool);
  const meters = createMeters();
  const tracer = openTracer({ endpoint: config.tracesUrl, service: 'api', log });
  const source = vectorsTogether(lake);
  const features = await openCache(config, 'match_features', { meters, log, patienceMs: cachePatienceMs });
  const cache = await openCache(config, 'predictions', { meters, log, patienceMs: cachePatienceMs });
  const responses = await openResponses({
    ...{
      redisUrl: config.redisUrl,
      redisTimes: config.redisTimes,
      url: urls.reader,
      pool: databases.reader.pool,
      meters,
      log,
    },
    applicationName: sessionName('reader', processName),
  });
  const registry = openRegistryOf(config);
  const served = outbox({ items: 'served vectors', sink: servedVectorsSink(pool), log });
  const predicting = await openPredictions({
    ...{ pool, source, features, cache, meters, log },
    registry: rememberingRegistry(registry, { warn }),
  });
  const now = () => instant(Date.now());
  try {
    const app = await apiServer(
      {
        ...{ databases, cache: responses.cache, lake, registry, meters, tracer, log, now, predicting },
        temporal: () => temporal.get(),
        evaluation: () => newestEvaluation(modelsRootOf(config)),
        schedules: changedSchedules(schedules, config.scheduleChanges),
        ...{ redactor, redis: redis === null ? null : () => redis.ask() },
        temporalUi: config.temporalUi ?? null,
        kickOffs: rememberedKickOffs(kickOffsTogether(databases.reader.pool), responses.known),
        online: { store: vectorStore(features), source, pool, served, meters },
        ...{ services: await onlineServices(), features: await featureRegistry() },
        temporaryFolder: temporaryFolderOf(config.home),
        keyring: openKeyring(databases.reader.pool, now),
      },
      { host: config.apiHost, requestsPerMinute: config.apiRequestsPerMinute, answerWithinMs },
    );
    const url = await app.listen({ host: config.apiHost, port: await portOf(config) });
    log.info(`The API answers at ${url}`);
    process.send?.({ ready: true, url });
    await stopping;
    await app.close();
  } finally {
    await tracer.close();
    await served.close();
    await predicting.close();
    await responses.close();
    await cache.close();
    await features.close();
    await opened.close();
    redis?.close();
    await temporal.close();
    await databases.close();
  }
}

/** A stack of a laptop takes another port where the usual one is taken: by the stack of another home. */
async function portOf({ apiPort, apiHost }: Config): Promise<number> {
  if (apiPort !== undefined) return apiPort;
  const isOfStack = process.send !== undefined;
  return isOfStack && !(await isFree(usualPort, apiHost)) ? 0 : usualPort;
}

const redactor = redactorOfConfig(readConfig);
try {
  await serve(redactor);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${redactor.text(describeError(error))}\n`);
  process.exit(1);
}
