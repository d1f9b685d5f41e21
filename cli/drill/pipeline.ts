import { setTimeout as sleep } from 'node:timers/promises';
import { countingCollection, knownCollections } from '../../activities/collection-meter.js';
import { setAnomalyGauges } from '../../adapters/metrics/anomaly-gauges.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { setQualityGauges } from '../../adapters/metrics/quality-gauges.js';
import { serveMetrics } from '../../adapters/metrics/serve-metrics.js';
import { taskMeter } from '../../adapters/temporal/task-meter.js';
import { startFaultySource, type Fault } from './faulty-source.js';

/** Tasks that begin late, by their activities, with the seconds that they waited (TEST-13). */
export const lateTasks = [
  { activityType: 'fixtureSources', task: 'fixtures_collection', seconds: 650 },
  { activityType: 'collectOddsRequest', task: 'odds_collection', seconds: 720 },
  { activityType: 'refineBatch', task: 'data_cleaning', seconds: 800 },
  { activityType: 'buildGold', task: 'feature_calculation', seconds: 900 },
] as const;

/** What is collected in the drill. */
export const collection = { dataSource: 'odds_api', collectionType: 'odds' } as const;
export const faults = [
  'timeout',
  'api_error',
  'rate_limit',
  'invalid_response',
  'connection_refused',
] as const satisfies readonly Fault[];

/** Of five attempts three fail (TEST-12), whatever part of a round somebody looks at; the kinds take turns. */
const rounds = { well: [0, 0, 0, 0, 0], failing: [1, 0, 1, 0, 1] } as const;
const pauseMs = 200;
const backup = { backup_type: 'full', database_name: 'football_db' } as const;
const anomaly = {
  table_name: 'odds',
  anomaly_type: 'statistical_outlier',
  detection_method: '3sigma',
  severity: 'high',
} as const;
const dayAndAnHour = 90_000;

/** A process that collects, schedules and measures as a worker does. */
export interface Pipeline {
  /** `http://127.0.0.1:41234/metrics` */
  readonly metricsUrl: string;
  /** From now on everything fails that ALRT-1 watches. */
  fail(): void;
  /** From now on all is well again. */
  heal(): void;
  stop(): Promise<void>;
}

/**
 * Starts one, in good health. Collection asks a real server over the wire, by the adapter of The Odds API, and counts what comes of it as the jobs do;
 * tasks go through the meter of the workers with the time at which Temporal would have scheduled them. What detections, checks and backups find
 * is told to their gauges and counters: nothing is detected, checked or backed up.
 */
export async function startPipeline(log: { warn(message: string): void }): Promise<Pipeline> {
  const meters = createMeters();
  const tasks = taskMeter(meters);
  const source = await startFaultySource();
  let health: 'untouched' | 'failing' | 'well' = 'untouched';
  let hasFailedBackup = false;
  const stopping = new AbortController();
  let asked = 0;

  const collect = async (): Promise<void> => {
    // What was collected before would be in the share of what fails.
    if (health === 'untouched') return;
    for (const fails of rounds[health]) {
      const fault: Fault = fails === 1 ? (faults[asked++ % faults.length] ?? 'timeout') : 'none';
      // What the jobs do with a failure is not the drill's: it is counted.
      await countingCollection(meters, collection, () => source.collect(fault)).catch(() => undefined);
    }
  };
  const begin = async (): Promise<void> => {
    for (const { activityType, seconds } of lateTasks) {
      const scheduled = Date.now() - (health === 'failing' ? seconds * 1_000 : 0);
      const info = {
        ...{ activityType, attempt: 1, scheduleToCloseTimeoutMs: 0, retryPolicy: {} },
        ...{ currentAttemptScheduledTimestampMs: scheduled, scheduledTimestampMs: scheduled },
      };
      await tasks.measure(info, () => Promise.resolve());
    }
  };
  const find = (): void => {
    const isBad = health === 'failing';
    meters.add('football_data_anomalies_detected_total', anomaly, isBad ? 5 : 0);
    const drift = { table: 'odds', feature: 'home_odds', score: isBad ? 0.45 : 0.05 } as const;
    setAnomalyGauges(meters, { latest: [], drifts: [drift], coverage: [], alarms: [], quarantined: [] });
    setQualityGauges(meters, {
      scores: { overall: isBad ? 72 : 97 },
      validations: [],
      freshness: { fixturesLastUpdate: isBad ? 30 : 1, oddsLastUpdate: 1 },
    });
    const madeAt = Date.now() / 1_000 - (isBad ? dayAndAnHour : 0);
    meters.set('football_database_last_backup_timestamp', backup, madeAt);
    const isFirst = isBad && !hasFailedBackup;
    hasFailedBackup ||= isBad;
    meters.add(
      'football_database_backup_failure_total',
      { ...backup, error_type: 'no_space' },
      isFirst ? 1 : 0,
    );
  };

  knownCollections(meters, [collection]);
  find();
  await begin();
  const server = await serveMetrics({
    ...{ meters, host: '127.0.0.1', port: 0, log },
    refresh: () => Promise.resolve(),
  });
  const running = (async () => {
    while (!stopping.signal.aborted) {
      find();
      await begin();
      await collect();
      await sleep(pauseMs);
    }
  })();
  return {
    metricsUrl: server.url,
    fail: () => {
      health = 'failing';
    },
    heal: () => {
      health = 'well';
    },
    async stop() {
      stopping.abort();
      await running;
      await server.close();
      await source.stop();
    },
  };
}
