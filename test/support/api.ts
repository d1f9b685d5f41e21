import path from 'node:path';
import pino from 'pino';
import { featureRegistry, onlineServices } from '../../activities/online-services.js';
import { openKeyring } from '../../api/access/keyring.js';
import type { ApiDeps } from '../../api/deps.js';
import type { ApiServer } from '../../api/api-server.js';
import { lakeWhilePostgresAnswers } from '../../api/watched-lake.js';
import { apiServer, type ServerOptions } from '../../api/server.js';
import { cacheOf } from '../../adapters/cache/cache.js';
import { knownWrites } from '../../adapters/cache/known-writes.js';
import { memoryCache } from '../../adapters/cache/memory-cache.js';
import { memoryStore } from '../../adapters/cache/memory-store.js';
import { newestEvaluation } from '../../adapters/models/registry/evaluations.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { vectorStore } from '../../adapters/online/vector-store.js';
import { kickOffsTogether } from '../../adapters/postgres/kick-offs.js';
import { readVersions } from '../../adapters/postgres/write-versions.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { DependencyAway } from '../../schemas/errors.js';
import { instantFromIso } from '../../schemas/values.js';
import { schedules } from '../../workflows/schedules.js';
import type { TestLake } from './lake.js';
import { openTestPredictions } from './predictions.js';

/** The API over a test's lake. Ask it by `inject`, or let it listen. */
export interface TestApi {
  readonly app: ApiServer;
  close(): Promise<void>;
}

/** Puts one together; without Temporal, where a test does not bring it. */
export async function openTestApi(
  lake: TestLake,
  modelsRoot: string,
  {
    host = '127.0.0.1',
    requestsPerMinute = 1_000_000,
    silentMs,
    answerWithinMs,
    now = instantFromIso('2026-11-24T10:00:00Z'),
    ...deps
  }: Partial<ServerOptions> &
    Partial<Omit<ApiDeps, 'now'>> & { readonly now?: ReturnType<ApiDeps['now']> } = {},
): Promise<TestApi> {
  const features = memoryCache();
  const predicting = await openTestPredictions(lake, modelsRoot, { features });
  const { meters } = predicting;
  const { pools } = lake.house;
  const watched = lakeWhilePostgresAnswers(lake.lake, (deps.databases ?? pools).reader.pool);
  const app = await apiServer(
    {
      ...{ databases: pools, lake: watched, meters, predicting, temporalUi: null, now: () => now },
      registry: openFileRegistry(modelsRoot),
      evaluation: () => newestEvaluation(modelsRoot),
      ...{ schedules, redactor, redis: null },
      temporal: () => Promise.reject(new DependencyAway('Temporal does not answer')),
      online: {
        ...{ store: vectorStore(features), source: watched, pool: pools.writer.pool, meters },
        served: { put: () => undefined },
      },
      kickOffs: kickOffsTogether(pools.reader.pool),
      // It hears of no writes, so it tells nothing that it kept, unless a test brings one that does.
      cache: cacheOf({
        ...{ store: memoryStore(), known: knownWrites(), meters },
        versionsOf: (of) => readVersions(pools.reader.pool, of),
      }),
      ...{ services: await onlineServices(), features: await featureRegistry() },
      temporaryFolder: path.join(path.dirname(lake.dataPath), 'tmp'),
      keyring: openKeyring(pools.reader.pool, () => now),
      log: pino({ level: 'silent' }),
      ...deps,
    },
    {
      ...{ host, requestsPerMinute },
      ...(silentMs === undefined ? {} : { silentMs }),
      ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
    },
  );
  await app.ready();
  return {
    app,
    async close() {
      await app.close();
      await predicting.close();
    },
  };
}
