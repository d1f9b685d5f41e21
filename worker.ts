import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { knownCleaning } from './activities/cleaning-meter.js';
import { knownCollections, toldCollections } from './activities/collection-meter.js';
import { createBackUpActivities } from './activities/back-up.js';
import { createDrillRestoreActivities } from './activities/drill-restore.js';
import { createBuildGoldActivities } from './activities/build-gold.js';
import { createCheckFeatureSkewActivities } from './activities/check-feature-skew.js';
import { createCheckProvidersActivities } from './activities/check-providers.js';
import { createCheckQualityActivities } from './activities/check-quality.js';
import { createCheckStreamsActivities } from './activities/check-streams.js';
import { createConsumeStreamsActivities } from './activities/consume-streams.js';
import { createCleanCacheActivities } from './activities/clean-cache.js';
import { createCleanDataActivities } from './activities/clean-data.js';
import { createCollectFilesActivities } from './activities/collect-files.js';
import { keepHouseDescription } from './activities/keep-description.js';
import { createDetectAnomaliesActivities } from './activities/detect-anomalies.js';
import { createErrorCleanupActivities } from './activities/error-cleanup.js';
import { createCollectFixturesActivities } from './activities/collect-fixtures.js';
import { createCollectMatchFactsActivities } from './activities/collect-match-facts.js';
import { createCollectScoresActivities } from './activities/collect-scores.js';
import { createCollectInjuriesActivities } from './activities/collect-injuries.js';
import { createCollectOddsActivities } from './activities/collect-odds.js';
import { createEvaluateModelActivities } from './activities/evaluate-model.js';
import { createJobFailureActivities } from './activities/job-failure.js';
import { jobLineage } from './activities/lineage.js';
import { createMaintainDatabaseActivities } from './activities/maintain-database.js';
import { createMaterialiseFeaturesActivities } from './activities/materialise-features.js';
import { onlineServices } from './activities/online-services.js';
import { openPredictions } from './activities/open-predictions.js';
import { createPlanMatchesActivities } from './activities/plan-matches.js';
import { createPredictFixturesActivities } from './activities/predict-fixtures.js';
import { predictionQuality } from './activities/prediction-quality.js';
import { createProcessStreamsActivities } from './activities/process-streams.js';
import { createPublishSilverActivities } from './activities/publish-silver.js';
import { quotaWait } from './activities/quota-wait.js';
import { createReconcileFactsActivities } from './activities/reconcile-facts.js';
import { createReconcileListsActivities } from './activities/reconcile-lists.js';
import { createReconcileToldActivities } from './activities/reconcile-told.js';
import { createRefreshPredictionsActivities } from './activities/refresh-predictions.js';
import { createRelayStreamsActivities } from './activities/relay-streams.js';
import { createRelieveDisksActivities } from './activities/relieve-disks.js';
import { createRequestFeaturesActivities } from './activities/request-features.js';
import { createRequestRetrainingActivities } from './activities/request-retraining.js';
import { createRefineBronzeActivities } from './activities/refine-bronze.js';
import { createRefinePricesActivities } from './activities/refine-prices.js';
import { createSystemHealthActivities } from './activities/system-health-check.js';
import { createTrainModelActivities } from './activities/train-model.js';
import { createTuneModelActivities } from './activities/tune-model.js';
import { createVerifyPredictionsActivities } from './activities/verify-predictions.js';
import { ledgerSummary } from './adapters/backup/ledger.js';
import { lastDrill } from './adapters/backup/restore-audit.js';
import { openCache } from './adapters/cache/open-cache.js';
import { openFilling } from './adapters/cache/open-responses.js';
import { findFreePort } from './adapters/embedded/ports.js';
import { lakeFolderOf, modelsRootOf, openLakeOf } from './adapters/lake/lake-of-home.js';
import { activityLineage } from './adapters/lineage/activity-lineage.js';
import { deliverLineage } from './adapters/lineage/deliver.js';
import { lineageOutbox } from './adapters/lineage/outbox.js';
import { describedSink } from './adapters/lineage/postgres-sink.js';
import { lineageReceiver } from './adapters/lineage/receiver.js';
import { createMeters } from './adapters/metrics/meters.js';
import { serveMetrics } from './adapters/metrics/serve-metrics.js';
import { refreshWorkerGauges } from './adapters/metrics/worker-gauges.js';
import { openRegistryOf } from './adapters/models/registry/open-registry.js';
import { rememberingRegistry } from './adapters/models/registry/remembering-registry.js';
import { throughWriter } from './adapters/online/vector-source.js';
import { vectorStore } from './adapters/online/vector-store.js';
import { attemptRecorder } from './adapters/postgres/attempt-recorder.js';
import { readAnomalyGauges } from './adapters/postgres/anomaly/summary.js';
import { budgetsLeft } from './adapters/postgres/budget-report.js';
import {
  checkConnections,
  connectionsOfWorker,
  nameWithBudget,
} from './adapters/postgres/connection-budget.js';
import { openLeaks } from './adapters/postgres/prediction-leaks.js';
import { readCheckpoint } from './adapters/postgres/checkpoints.js';
import { lastChecks } from './adapters/postgres/provider-health.js';
import { reportViolations } from './adapters/postgres/constraint-violations.js';
import { skewFigures } from './adapters/postgres/skew-checks.js';
import { connectionsHeld, openRolePools } from './adapters/postgres/role-pools.js';
import { estimatedRows } from './adapters/postgres/table-rows.js';
import { tellOfStreams } from './adapters/postgres/streams/results.js';
import { roleUrls } from './adapters/postgres/roles.js';
import { openMeteo } from './adapters/providers/open_meteo/open-meteo.js';
import { providersOf, withStreamed } from './adapters/providers/registry.js';
import { redactorOfConfig, type Redactor } from './adapters/redaction/redactor.js';
import { diskRoom, memoryRoom } from './adapters/room.js';
import { openStreams } from './adapters/stream/open-streams.js';
import { temporaryFolderOf } from './adapters/temporary-files.js';
import { connectToTemporal } from './adapters/temporal/connect.js';
import { queueBacklogs } from './adapters/temporal/queue-backlogs.js';
import { installRuntimeLogging } from './adapters/temporal/runtime-logging.js';
import { sdkMetrics } from './adapters/temporal/sdk-metrics.js';
import { taskMeter } from './adapters/temporal/task-meter.js';
import { runWorkers } from './adapters/temporal/workers.js';
import { openTracer } from './adapters/traces/tracer.js';
import { workflowBundle } from './adapters/temporal/workflow-bundle.js';
import { readConfig } from './config.js';
import { BadInput, DependencyAway, describeError } from './schemas/errors.js';
import { consumedTopics } from './schemas/events/topics.js';
import { TaskQueue, taskQueues } from './schemas/jobs/task-queues.js';
import { instant } from './schemas/values.js';
import { schedules } from './workflows/schedules.js';

/** Polls its task queues (`--queues default,lake`; all of them by default) until it gets a signal, or until the process that started it is gone. */
async function work(redactor: Redactor): Promise<void> {
  const queues = queuesAsked();
  const config = readConfig();
  const { databaseUrl, databasePoolSize, temporalAddress, temporalNamespace: namespace } = config;
  if (databaseUrl === undefined || temporalAddress === undefined) {
    throw new BadInput('A worker has to be told where Postgres and Temporal are', {
      setting: databaseUrl === undefined ? 'DATABASE_URL' : 'TEMPORAL_ADDRESS',
      advice: 'Set DATABASE_URL and TEMPORAL_ADDRESS, or let touchline up start the worker.',
    });
  }
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  process.on('disconnect', stop);

  const sdkAddress = `127.0.0.1:${await findFreePort()}`;
  const log = installRuntimeLogging(config.logLevel, redactor, { metricsAddress: sdkAddress });
  const urls = roleUrls(databaseUrl, config.databasePasswords);
  const processName = nameWithBudget(shortName(queues), connectionsOfWorker(databasePoolSize, queues));
  const pools = openRolePools(urls, {
    processName,
    max: databasePoolSize,
    onConnectionLost: (error) => {
      log.warn(`A connection to Postgres was lost: ${error.message}`);
    },
  });
  const { pool, db } = pools.writer;
  const { pool: adminPool } = pools.admin;
  const lake = await openLakeOf(config, urls, processName);
  const modelsRoot = modelsRootOf(config);
  const registry = openRegistryOf(config);
  const providers = providersOf(config, () => instant(Date.now()));
  const place = { address: temporalAddress, namespace };
  const meters = createMeters();
  knownCleaning(meters);
  knownCollections(meters, toldCollections);
  const services = await onlineServices();
  const features = await openCache(config, 'match_features', { meters, log });
  const cache = await openCache(config, 'predictions', { meters, log });
  const filling = await openFilling({
    ...{ redisUrl: config.redisUrl, redisTimes: config.redisTimes },
    ...{ pool: pools.reader.pool, meters, log },
  });
  const source = throughWriter(lake);
  const warn = (line: string): void => {
    log.warn(line);
  };
  const predicting = await openPredictions({
    ...{ pool, source, features, cache, meters, log },
    registry: rememberingRegistry(registry, { warn }),
  });
  const published = new Set(config.streamed);
  const collecting = { pool, db, redactor, meters, budgets: config.budgets, published };
  const streams = openStreams(config.kafkaBrokers, log);
  if (streams !== undefined)
    for (const topic of consumedTopics) meters.add('football_stream_dead_letters_total', { topic }, 0);
  const tellRefined = streams === undefined ? undefined : tellOfStreams;
  const sources = { own: new Set(Object.keys(providers)), others: new Set(config.streamSources) };
  const tasks = taskMeter(meters);
  const folders = [...new Set([config.home, lakeFolderOf(config) ?? config.home])];
  const tracer = openTracer({ endpoint: config.tracesUrl, service: 'worker', log });
  const outbox = lineageOutbox({
    sink: describedSink(pool, () => keepHouseDescription(pool), warn),
    log,
  });
  const delivering = new AbortController();
  const delivered =
    config.openLineageUrl === undefined
      ? Promise.resolve()
      : deliverLineage({ pool, receiver: lineageReceiver(config.openLineageUrl), log }, delivering.signal);
  const metrics = await serveMetrics({
    meters,
    host: config.metricsHost,
    port: config.metricsPort,
    beside: () => sdkMetrics(sdkAddress),
    log,
    refresh: async () => {
      tasks.refresh();
      await refreshWorkerGauges(meters, {
        connections: () => connectionsHeld(pools),
        tableRows: () => estimatedRows(pools.reader.pool),
        violations: () => reportViolations(pools.reader.pool),
        providers: () => lastChecks(pools.reader.pool),
        quality: () => readCheckpoint(pools.reader.pool),
        backups: async () => (queues.includes('backup') ? await ledgerSummary(pools.reader.pool) : undefined),
        drill: async () => (queues.includes('backup') ? await lastDrill(pools.reader.pool) : undefined),
        anomalies: () => readAnomalyGauges(pools.reader.pool),
        predictions: () => predictionQuality(pools.reader.pool, instant(Date.now())),
        leaks: () => openLeaks(pools.reader.pool),
        skew: async () => ({ services, figures: await skewFigures(pools.reader.pool) }),
        budgets: () => budgetsLeft(pools.reader.pool, config.budgets),
        rooms: async () => ({ memory: memoryRoom(), disk: await diskRoom(config.home) }),
        backlogs: async () => {
          const temporal = await connectToTemporal(place);
          return await queueBacklogs(temporal.client.connection, namespace, queues).finally(() =>
            temporal.close(),
          );
        },
      });
    },
  });
  try {
    await untilPostgresAnswers(() => checkConnections(pools), warn, stopping.signal);
    await runWorkers(
      {
        place,
        queues,
        version: config.workerVersion,
        activities: {
          ...createCollectFilesActivities({ ...collecting, providers }),
          ...createReconcileListsActivities({ ...collecting, providers }),
          ...createReconcileFactsActivities({ ...collecting, sources: config }),
          ...createReconcileToldActivities({
            ...collecting,
            scoresApi: config.scoresApi,
            apiFootball: config.apiFootball,
            sources: config,
          }),
          ...createCollectFixturesActivities(config),
          ...createCollectMatchFactsActivities({ ...collecting, sources: config }),
          ...createCollectScoresActivities({
            ...collecting,
            scoresApi: config.scoresApi,
            apiFootball: config.apiFootball,
          }),
          ...createCollectOddsActivities({ ...collecting, adminPool, sources: config }),
          ...createCollectInjuriesActivities({ ...collecting, sources: config }),
          ...createSystemHealthActivities({
            db,
            connect: () => connectToTemporal(place),
            folders,
          }),
          ...createRelieveDisksActivities({
            ...{ db, redactor, schedules, folders, roomOf: diskRoom },
            connect: () => connectToTemporal(place),
            temporaryFolder: temporaryFolderOf(config.home),
          }),
          ...createCheckProvidersActivities({
            ...{ pool, redactor },
            dataSources: [...Object.keys(providers), openMeteo.dataSource],
          }),
          ...createRefineBronzeActivities({
            ...{ pool, adminPool },
            providers: withStreamed(providers, config.streamSources),
            ...{ tellRefined, meters },
          }),
          ...createConsumeStreamsActivities({ pool, adminPool, meters, streams, sources }),
          ...createRelayStreamsActivities({ pool, adminPool, providers, meters, streams }),
          ...createProcessStreamsActivities({ pool, streamSources: config.streamSources }),
          ...createCheckStreamsActivities({ pool, meters, streams }),
          ...createRefreshPredictionsActivities({ pool, predictions: predicting.predictions }),
          ...createRefinePricesActivities({ pool, tellRefined, meters }),
          ...createMaintainDatabaseActivities({ pool: adminPool }),
          ...createPublishSilverActivities({ pool: adminPool, lake }),
          ...createBuildGoldActivities({ pool: adminPool, lake }),
          ...createMaterialiseFeaturesActivities({
            store: vectorStore(features),
            ...{ source, pool, cache: filling?.cache ?? null },
          }),
          ...createCheckFeatureSkewActivities({ pool, source }),
          ...createCheckQualityActivities({ pool: adminPool, lake, meters }),
          ...createCleanDataActivities({ pool: adminPool, lake, retention: config.lakeRetention }),
          ...createTrainModelActivities({ lake, registry }),
          ...createEvaluateModelActivities({ lake, modelsRoot }),
          ...createTuneModelActivities({ lake, modelsRoot }),
          ...createPredictFixturesActivities({ lake, ...predicting }),
          ...createPlanMatchesActivities({
            ...{ pool, redactor, budgets: config.budgets },
            connect: () => connectToTemporal(place),
          }),
          ...createRequestFeaturesActivities({ connect: () => connectToTemporal(place) }),
          ...createVerifyPredictionsActivities({ pool }),
          ...createDetectAnomaliesActivities({ pool, meters }),
          ...createRequestRetrainingActivities({ pool, connect: () => connectToTemporal(place) }),
          ...createErrorCleanupActivities({ db: pools.admin.db }),
          ...createCleanCacheActivities({ pool: pools.reader.pool, store: filling?.cache.store ?? null }),
          ...createBackUpActivities({
            ...{ config: config.backup, pool: adminPool, url: urls.admin, meters, redactor },
            modelsRoot: config.mlflowTrackingUri === undefined ? modelsRoot : undefined,
            now: () => new Date(),
          }),
          ...createDrillRestoreActivities({
            ...{ config: config.backup, url: urls.admin, postgresBinaries: config.postgresBinaries },
            s3: config.s3,
            lakeOf: (copy) => openLakeOf(config, roleUrls(copy, undefined), 'drill'),
          }),
          ...createJobFailureActivities({ db, redactor }),
        },
        workflowBundlePath: await workflowBundle(config),
        concurrency: config.workerConcurrency,
        attempts: attemptRecorder(db, redactor),
        ...{ tasks, tracer },
        lineage: activityLineage(jobLineage, { outbox, redactor, log }),
        quotaWait,
        redactor,
        log,
      },
      stopping.signal,
      () => process.send?.({ ready: true, metrics: metrics.url }),
    );
  } finally {
    await outbox.close();
    await tracer.close();
    delivering.abort();
    await delivered;
    await metrics.close();
    await predicting.close();
    await filling?.close();
    await cache.close();
    await features.close();
    await lake.close();
    await pools.close();
  }
}

/** Postgres keeps 63 bytes of a session's name. */
const shortName = (queues: readonly TaskQueue[]): string =>
  queues.length < 3 ? queues.join('+') : `${queues.slice(0, 1).join()}+${queues.length - 1}`;

/** A worker waits for Postgres as it waits for Temporal: it may be starting again. */
async function untilPostgresAnswers(
  check: () => Promise<void>,
  say: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await check();
      return;
    } catch (error) {
      if (!(error instanceof DependencyAway)) throw error;
      say(error.message);
    }
    await sleep(1_000);
  }
}

function queuesAsked(): readonly TaskQueue[] {
  const { values } = parseArgs({ options: { queues: { type: 'string', default: taskQueues.join(',') } } });
  return values.queues.split(',').map((name) => {
    const queue = TaskQueue.safeParse(name);
    if (queue.success) return queue.data;
    throw new BadInput(`There is no task queue ${name}`, {
      setting: '--queues',
      advice: `Use ${taskQueues.join(', ')}, separated by commas.`,
    });
  });
}

const redactor = redactorOfConfig(readConfig);
try {
  await work(redactor);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${redactor.text(describeError(error))}\n`);
  process.exit(1);
}
