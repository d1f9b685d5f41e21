import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LabelsOf, MetricName } from '../../schemas/metrics.js';
import { undeclaredIn } from '../support/declared-series.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { alertRules, checked, startTestPrometheus, type TestServer } from '../support/prometheus.js';

const Rules = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(
          z.object({
            name: z.string(),
            query: z.string(),
            duration: z.number(),
            labels: z.record(z.string(), z.string()),
            annotations: z.record(z.string(), z.string()),
          }),
        ),
      }),
    ),
  }),
});
type Rule = z.output<typeof Rules>['data']['groups'][number]['rules'][number] & { readonly group: string };

let folder: TestFolder;
let prometheus: TestServer;
let rules: readonly Rule[];
beforeAll(async () => {
  folder = await makeTestFolder();
  prometheus = await startTestPrometheus({ rule_files: [path.join(alertRules, '*.yml')] });
  const answer = await fetch(`${prometheus.url}/api/v1/rules?type=alert`);
  rules = Rules.parse(await answer.json()).data.groups.flatMap(({ name: group, rules: of }) =>
    of.map((rule) => ({ ...rule, group })),
  );
});
afterAll(async () => {
  await prometheus.stop();
  await folder.remove();
});

/** A series as a process exports it, with what Prometheus adds when it scrapes. */
const series = <N extends MetricName>(name: N, labels: LabelsOf<N>, values: string) => ({
  series: `${name}{${Object.entries<string>(labels)
    .map(([label, value]) => `${label}="${value}",`)
    .join('')}instance="localhost:9464",job="touchline"}`,
  values,
});

interface Claim {
  readonly alert: string;
  readonly of: readonly { readonly series: string; readonly values: string }[];
  /** When it is looked for, in minutes. */
  readonly after: number;
  /** The labels of each alert that fires, beside its name. */
  readonly fires: readonly Readonly<Record<string, string>>[];
}

const collected = (status: 'total' | 'errors', values: string) =>
  status === 'total'
    ? series('football_data_collection_total', source, values)
    : series('football_data_collection_errors_total', { ...source, error_type: 'timeout' }, values);
const source = { data_source: 'api_football', collection_type: 'odds' };
const backup = (backup_type: string) => ({ backup_type, database_name: 'football_db' });
const drilled = { database_name: 'football_db' };
const is = (severity: string, component: string) => ({ severity, component });
const task = (task_name: string, seconds: number) =>
  series('football_scheduler_task_delay_seconds', { task_name }, `${seconds}x10`);
const vs = { model_name: 'football_1x2', model_version: '3' };
const rows = { table_name: 'matches' } as const;
const topic = { topic: 'odds-stream' };
const get = (status: 'hit' | 'miss', values: string) =>
  series('football_cache_operations_total', { operation: 'get', cache_type: 'odds_data', status }, values);
const hour = 60;

const claims: readonly Claim[] = [
  {
    // Five attempts, three of which fail: 60 %.
    alert: 'DataCollectionFailureRateHigh',
    of: [collected('total', '0+5x20'), collected('errors', '0+3x20')],
    ...{ after: 10, fires: [{ ...source, ...is('warning', 'data_collection') }] },
  },
  {
    alert: 'DataCollectionFailureRateHigh',
    of: [collected('total', '0+100x20'), collected('errors', '0+4x20')],
    ...{ after: 10, fires: [] },
  },
  {
    alert: 'SchedulerDelayHigh',
    of: [
      ...[task('fixtures_collection', 650), task('odds_collection', 720), task('data_cleaning', 800)],
      ...[task('feature_calculation', 900), task('build_gold', 600)],
    ],
    after: 3,
    fires: ['fixtures_collection', 'odds_collection', 'data_cleaning', 'feature_calculation'].map(
      (task_name) => ({
        ...{ task_name, instance: 'localhost:9464', job: 'touchline' },
        ...is('warning', 'scheduler'),
      }),
    ),
  },
  {
    alert: 'TaskErrorRateHigh',
    of: [series('football_task_error_rate', { task_name: 'build_gold' }, '0.2x10')],
    ...{ after: 6, fires: [{ task_name: 'build_gold', ...is('warning', 'scheduler') }] },
  },
  {
    alert: 'QueueBacklogHigh',
    of: [series('football_queue_size', { queue_name: 'collect' }, '101x10')],
    ...{ after: 6, fires: [{ queue_name: 'collect', ...is('warning', 'scheduler') }] },
  },
  {
    alert: 'TaskFailedForGood',
    of: [
      series(
        'football_scheduler_task_failures_total',
        { task_name: 'build_gold', failure_reason: 'timeout' },
        '0 0 1x10',
      ),
    ],
    ...{
      after: 4,
      fires: [{ task_name: 'build_gold', failure_reason: 'timeout', ...is('warning', 'scheduler') }],
    },
  },
  {
    alert: 'TaskFailedForGood',
    of: [
      series(
        'football_scheduler_task_failures_total',
        { task_name: 'build_gold', failure_reason: 'BadInput' },
        // Nobody failed so before.
        '_x18 1x4',
      ),
    ],
    ...{
      after: 20,
      fires: [{ task_name: 'build_gold', failure_reason: 'BadInput', ...is('warning', 'scheduler') }],
    },
  },
  {
    alert: 'HighAnomalyDetectionRate',
    of: (['3sigma', 'limits'] as const).map((detection_method) =>
      series(
        'football_data_anomalies_detected_total',
        { ...rows, anomaly_type: 'statistical_outlier', detection_method, severity: 'high' },
        // Each method alone is below six a minute; the table is not.
        '0+4x20',
      ),
    ),
    ...{ after: 10, fires: [{ ...rows, ...is('warning', 'data_quality') }] },
  },
  {
    alert: 'DataDriftDetected',
    of: [series('football_data_drift_score', { ...rows, feature_name: 'home_odds' }, '0.31x10')],
    ...{ after: 6, fires: [{ ...rows, feature_name: 'home_odds', ...is('critical', 'data_quality') }] },
  },
  {
    alert: 'DataQualityLow',
    of: [series('football_data_quality_score', { table_name: 'overall' }, '79x10')],
    ...{ after: 6, fires: [{ table_name: 'overall', ...is('warning', 'data_quality') }] },
  },
  {
    alert: 'DataStale',
    of: [
      series('football_data_freshness_hours', { ...rows, data_type: 'match' }, '24.5x10'),
      series('football_data_freshness_hours', { table_name: 'odds', data_type: 'odds' }, '23x10'),
    ],
    ...{ after: 3, fires: [{ ...rows, data_type: 'match', ...is('critical', 'data_quality') }] },
  },
  {
    alert: 'LiveDataStale',
    of: [series('football_data_freshness_hours', { table_name: 'odds', data_type: 'odds' }, '7x20')],
    ...{ after: 12, fires: [{ table_name: 'odds', data_type: 'odds', ...is('warning', 'data_quality') }] },
  },
  {
    alert: 'ModelPlausibilityFailed',
    of: [series('football_model_suspected_leak', vs, '1x10')],
    ...{ after: 1, fires: [{ ...vs, ...is('critical', 'data_quality') }] },
  },
  {
    alert: 'BackupFailure',
    of: [
      series(
        'football_database_backup_failure_total',
        { ...backup('full'), error_type: 'no_space' },
        '0 0 1x10',
      ),
    ],
    ...{ after: 9, fires: [{ ...backup('full'), ...is('critical', 'backup') }] },
  },
  {
    alert: 'BackupRepeatedFailure',
    of: [
      series(
        'football_database_backup_failure_total',
        { ...backup('wal'), error_type: 'no_space' },
        '0 1 2 3x10',
      ),
    ],
    ...{ after: 5, fires: [{ ...backup('wal'), urgent: 'yes', ...is('critical', 'backup') }] },
  },
  {
    // Promtool's clock begins at 0: the backups are of the beginning.
    alert: 'BackupDelay',
    of: ['full', 'incremental', 'wal'].map((kind) =>
      series('football_database_last_backup_timestamp', backup(kind), `0x${26 * hour}`),
    ),
    after: 25 * hour,
    fires: ['full', 'incremental'].map((kind) => ({ ...backup(kind), ...is('warning', 'backup') })),
  },
  {
    alert: 'BackupDelay',
    of: [series('football_database_last_backup_timestamp', backup('wal'), `${600 - 8 * 24 * 3_600}x60`)],
    ...{ after: 30, fires: [{ ...backup('wal'), ...is('warning', 'backup') }] },
  },
  {
    alert: 'IncrementalBackupDelay',
    of: [series('football_database_last_backup_timestamp', backup('incremental'), `0x${6 * hour}`)],
    ...{ after: 5 * hour + 20, fires: [{ ...backup('incremental'), ...is('warning', 'backup') }] },
  },
  {
    alert: 'BackupNeverRan',
    ...{ of: [], after: 27 * hour, fires: [{ backup_type: 'full', ...is('warning', 'backup') }] },
  },
  {
    alert: 'BackupSizeAbnormal',
    of: [series('football_database_backup_file_size_bytes', backup('full'), '1000x600 100x60')],
    ...{ after: 630, fires: [{ ...backup('full'), ...is('warning', 'backup') }] },
  },
  {
    alert: 'RestoreDrillFailed',
    of: [series('football_database_restore_drill_passed', drilled, '1x10 0x20')],
    ...{ after: 25, fires: [{ ...drilled, ...is('critical', 'backup') }] },
  },
  {
    alert: 'RestoreDrillOverdue',
    of: [
      series('football_database_last_passed_restore_drill_timestamp', drilled, `${600 - 8 * 24 * 3_600}x60`),
    ],
    ...{ after: 30, fires: [{ ...drilled, ...is('warning', 'backup') }] },
  },
  {
    alert: 'RestoreNeverDrilled',
    of: [series('football_database_backup_success_total', backup('wal'), `2x${26 * hour}`)],
    ...{ after: 25 * hour, fires: [{ ...drilled, ...is('warning', 'backup') }] },
  },
  {
    // A week has not passed; and nothing is archived, so that there is nothing that could be drilled.
    alert: 'RestoreNeverDrilled',
    of: [
      series('football_database_backup_success_total', backup('wal'), `1x${26 * hour}`),
      series('football_database_backup_success_total', backup('full'), `9x${26 * hour}`),
    ],
    ...{ after: 25 * hour, fires: [] },
  },
  {
    alert: 'RestoreObjectiveMissed',
    of: [
      series('football_database_restore_drill_rto_seconds', drilled, '1700x10 1900x20'),
      series('football_database_restore_drill_rpo_seconds', drilled, '20x30'),
    ],
    ...{ after: 25, fires: [{ ...drilled, ...is('warning', 'backup') }] },
  },
  {
    alert: 'BackupStorageLow',
    of: [series('football_machine_free_ratio', { resource: 'disk' }, '0.14x20')],
    after: 12,
    fires: [{ instance: 'localhost:9464', urgent: 'yes', ...is('critical', 'backup') }],
  },
  {
    alert: 'CacheHitRateLow',
    of: [get('hit', '0+300x60'), get('miss', '0+100x60')],
    ...{ after: 40, fires: [{ cache_type: 'odds_data', ...is('warning', 'cache') }] },
  },
  {
    alert: 'CacheHitRateLow',
    of: [get('hit', '0+900x60'), get('miss', '0+100x60')],
    ...{ after: 40, fires: [] },
  },
  {
    alert: 'CacheLatencyHigh',
    of: ['sum', 'count'].map((part) => ({
      series: `football_cache_response_time_seconds_${part}{operation="get",cache_type="odds_data"}`,
      values: part === 'sum' ? '0+2x20' : '0+100x20',
    })),
    ...{ after: 15, fires: [{ operation: 'get', ...is('warning', 'cache') }] },
  },
  {
    alert: 'RedisMemoryHigh',
    of: [series('football_redis_memory_ratio', {}, '0.86x10')],
    ...{ after: 6, fires: [is('warning', 'cache')] },
  },
  {
    alert: 'RedisConnectionsHigh',
    of: [series('football_redis_connected_clients', {}, '8001x10')],
    ...{ after: 6, fires: [is('warning', 'cache')] },
  },
  {
    alert: 'RedisExpiredKeysSpike',
    of: [series('football_redis_expired_keys_total', {}, '0+7000x30')],
    ...{ after: 20, fires: [is('warning', 'cache')] },
  },
  {
    alert: 'RedisKeysGrow',
    of: [series('football_redis_keys', {}, '60000x1440 130000x120')],
    ...{ after: 1_500, fires: [is('warning', 'cache')] },
  },
  {
    alert: 'KafkaConsumerLagHigh',
    of: [series('kafka_consumer_lag_seconds', { ...topic, partition: '1' }, '301x10')],
    ...{ after: 6, fires: [{ ...topic, ...is('warning', 'streams') }] },
  },
  {
    alert: 'StreamFailureRateHigh',
    of: [
      series('football_stream_dead_letters_total', topic, '0+10x30'),
      series('kafka_messages_consumed_total', { ...topic, consumer_group: 'readers' }, '0+100x30'),
    ],
    ...{ after: 20, fires: [{ ...topic, ...is('warning', 'streams') }] },
  },
  {
    alert: 'DiskSpaceLow',
    of: [series('football_machine_free_ratio', { resource: 'disk' }, '0.09x10')],
    after: 6,
    fires: [{ instance: 'localhost:9464', urgent: 'yes', ...is('critical', 'scheduler') }],
  },
];

describe('the rules of alerts', () => {
  it('name series that are declared, by labels that these have', () => {
    expect(rules.length).toBeGreaterThan(20);
    for (const { name, query } of rules) expect(undeclaredIn(query), name).toEqual([]);
  });

  it('have what a message needs: severity, component, summary, description with the value, limit and steps', () => {
    for (const { name, labels, annotations } of rules) {
      expect(['warning', 'critical'], name).toContain(labels['severity']);
      expect(labels['component'], name).toMatch(/^[a-z_]+$/);
      for (const part of ['summary', 'description', 'threshold', 'steps'])
        expect(annotations[part], `${part} of ${name}`).toMatch(/\S/);
    }
  });

  it('are each held against series in a claim below', () => {
    const claimed = new Set(claims.filter(({ fires }) => fires.length > 0).map(({ alert }) => alert));
    expect(rules.filter(({ name }) => !claimed.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it.each(claims.map((claim) => [`${claim.alert} fires ${claim.fires.length} times`, claim] as const))(
    '%s',
    async (_, { alert, of, after, fires }) => {
      const files = (await readdir(alertRules)).map((file) => path.join(alertRules, file));
      const test = {
        rule_files: files,
        evaluation_interval: '1m',
        tests: [
          {
            ...{ interval: '1m', input_series: of },
            promql_expr_test: [
              {
                ...{ expr: `ALERTS{alertname="${alert}", alertstate="firing"}`, eval_time: `${after}m` },
                exp_samples: fires.map((labels) => ({
                  labels: `ALERTS{alertname="${alert}",alertstate="firing",${Object.entries(labels)
                    .map(([label, value]) => `${label}="${value}"`)
                    .join(',')}}`,
                  value: 1,
                })),
              },
            ],
          },
        ],
      };
      const file = path.join(folder.path, 'claim.yml');
      await writeFile(file, JSON.stringify(test));
      expect(await checked('promtool', 'test', 'rules', file)).toMatchObject({ code: 0 });
    },
  );
});
