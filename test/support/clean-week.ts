import type { LabelsOf, MetricName } from '../../schemas/metrics.js';
import { randomStream } from '../../simulator/random.js';

/** Minutes between two looks of Prometheus. */
export const everyMinutes = 2;
export const minutesOfWeek = 7 * 24 * 60;

/** How long it is, and which source fails from which minute on. */
export interface Span {
  readonly minutes: number;
  readonly failing?: { readonly source: string; readonly from: number };
}

/** A series in promtool's words: one value for each look. */
export interface Series {
  readonly series: string;
  readonly values: string;
}

const random = randomStream(11, 'clean-week');

/** The value at each look of so many minutes. */
const seriesOver =
  (minutes: number) =>
  <N extends MetricName>(name: N, labels: LabelsOf<N>, value: (minute: number) => number): Series => ({
    series: `${name}{${Object.entries<string>(labels)
      .map(([label, text]) => `${label}="${text}",`)
      .join('')}instance="localhost:9464",job="touchline"}`,
    values: Array.from({ length: minutes / everyMinutes + 1 }, (_, step) =>
      value(step * everyMinutes).toFixed(4),
    ).join(' '),
  });

/** A counter that rises by so much at each look. */
function rising(each: (minute: number) => number): (minute: number) => number {
  let total = 0;
  return (minute) => (total += each(minute));
}

/** Minutes since something last happened that happens so often, first at a minute of its own. */
const since = (minute: number, every: number, offset = 0): number => (minute - offset + 10 * every) % every;
const around = (mean: number, spread: number) => (): number => mean + spread * (random.uniform() - 0.5);

/**
 * What processes export in a time in which all goes as it should, or all but one source, stamped by its own time: collections, tasks, detections, checks and backups come by
 * their schedules, measures wander as they do. It is drawn, not recorded.
 */
export function calmSeries({ minutes, failing }: Span): readonly Series[] {
  const over = seriesOver(minutes);
  const failures = (minute: number): number =>
    failing?.source !== undefined && minute >= failing.from && since(minute, 10) < 6 ? 1 : 0;
  const table = { table_name: 'odds' } as const;
  const backup = (backup_type: string) => ({ backup_type, database_name: 'football_db' });
  const drilled = { database_name: 'football_db' };
  const last = (every: number, offset: number) => (minute: number) =>
    60 * (minute - since(minute, every, offset));
  const size = (megabytes: number) => (minute: number) => 1e6 * (megabytes + minute / 1_000);
  const tasks = ['fixtures_collection', 'odds_collection', 'data_cleaning', 'feature_calculation'];
  const topic = { topic: 'odds-stream' };
  const cache = { operation: 'get', cache_type: 'odds_data' } as const;
  return [
    ...['api_football', 'odds_api'].flatMap((data_source) => {
      const of = { data_source, collection_type: 'odds' };
      return [
        over(
          'football_data_collection_total',
          of,
          rising(() => 2),
        ),
        over(
          'football_data_collection_errors_total',
          { ...of, error_type: 'timeout' },
          rising((minute) => (failing?.source === data_source ? failures(minute) : 0)),
        ),
      ];
    }),
    ...tasks.flatMap((task_name) => [
      over('football_scheduler_task_delay_seconds', { task_name }, around(20, 40)),
      over('football_task_error_rate', { task_name }, around(0.02, 0.04)),
      over(
        'football_tasks_total',
        { task_name, status: 'succeeded' },
        rising(() => 2),
      ),
      over(
        'football_scheduler_task_failures_total',
        { task_name, failure_reason: 'DependencyAway' },
        () => 0,
      ),
    ]),
    over('football_queue_size', { queue_name: 'collect' }, around(20, 40)),
    over(
      'football_data_anomalies_detected_total',
      { ...table, anomaly_type: 'statistical_outlier', detection_method: '3sigma', severity: 'low' },
      rising((minute) => (since(minute, 60) === 0 ? 5 : 0)),
    ),
    over('football_data_drift_score', { ...table, feature_name: 'home_odds' }, around(0.1, 0.2)),
    over('football_data_quality_score', { table_name: 'overall' }, around(95, 8)),
    over(
      'football_data_freshness_hours',
      { table_name: 'silver.matches', data_type: 'fixtures' },
      (minute) => since(minute, 12 * 60) / 60,
    ),
    over(
      'football_data_freshness_hours',
      { table_name: 'silver.odds', data_type: 'odds' },
      (minute) => since(minute, 30) / 60,
    ),
    over('football_database_last_backup_timestamp', backup('full'), last(24 * 60, 120)),
    over('football_database_last_backup_timestamp', backup('incremental'), last(4 * 60, 0)),
    over('football_database_last_backup_timestamp', backup('wal'), last(7 * 24 * 60, 60)),
    over('football_database_last_passed_restore_drill_timestamp', drilled, last(7 * 24 * 60, 90)),
    over('football_database_restore_drill_passed', drilled, () => 1),
    over('football_database_restore_drill_rto_seconds', drilled, around(40, 20)),
    over('football_database_restore_drill_rpo_seconds', drilled, around(15, 20)),
    over('football_database_backup_file_size_bytes', backup('full'), size(900)),
    over('football_database_backup_failure_total', { ...backup('full'), error_type: 'no_space' }, () => 0),
    over('football_cache_operations_total', { ...cache, status: 'hit' }, rising(around(230, 20))),
    over('football_cache_operations_total', { ...cache, status: 'miss' }, rising(around(20, 10))),
    over('football_redis_memory_ratio', {}, around(0.5, 0.2)),
    over('football_redis_connected_clients', {}, around(20, 10)),
    over('football_redis_expired_keys_total', {}, rising(around(60, 60))),
    over('football_redis_keys', {}, around(20_000, 5_000)),
    over('kafka_consumer_lag_seconds', { ...topic, partition: '0' }, around(5, 10)),
    over('kafka_messages_consumed_total', { ...topic, consumer_group: 'readers' }, rising(around(40, 20))),
    over('football_stream_dead_letters_total', topic, () => 0),
    over('football_machine_free_ratio', { resource: 'disk' }, (minute) => 0.6 - minute / 100_000),
  ];
}
