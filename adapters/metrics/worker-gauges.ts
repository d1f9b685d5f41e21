import type { Room } from '../../schemas/jobs/system-health-check.js';
import { metrics } from '../../schemas/metrics.js';
import type { PredictionQuality } from '../../schemas/records/prediction-quality.js';
import type { BudgetLeft } from '../postgres/budget-report.js';
import type { QueueBacklog } from '../temporal/queue-backlogs.js';
import { setAnomalyGauges, type AnomalyGauges } from './anomaly-gauges.js';
import { setConnections, type ConnectionsHeld } from './connection-gauges.js';
import { setBackupGauges, setDrillGauges, type BackupGauges, type DrillGauges } from './backup-gauges.js';
import type { Meters } from './meters.js';
import { setPredictionGauges } from './prediction-gauges.js';
import { setQualityGauges, type QualityGauges } from './quality-gauges.js';
import { setSkewGauges, type SkewGauges } from './skew-gauges.js';
import { setProviderGauges, type ProviderGauges } from './provider-gauges.js';

/** Where a worker's gauges are read. */
export interface GaugeSources {
  /** Connections that the process holds, by role. */
  readonly connections: () => ConnectionsHeld;
  readonly violations: () => Promise<readonly { readonly constraint: string; readonly violations: number }[]>;
  /** How many rows each table holds, by estimate. */
  readonly tableRows: () => Promise<readonly { readonly table: string; readonly rows: number }[]>;
  /** What waits on the task queues that the worker polls. */
  readonly backlogs: () => Promise<readonly QueueBacklog[]>;
  /** What each provider with a budget lets us ask until its period ends. */
  readonly budgets: () => Promise<readonly BudgetLeft[]>;
  /** The memory of the machine and the disk of the home. */
  readonly rooms: () => Promise<Readonly<Record<'memory' | 'disk', Room>>>;
  /** Each source by its last check. */
  readonly providers: () => Promise<readonly ProviderGauges[]>;
  /** The last check of all that is published; undefined where there was none. */
  readonly quality: () => Promise<QualityGauges | undefined>;
  /** What is served online, and how it compared with the lake. */
  readonly skew: () => Promise<SkewGauges>;
  /** What became of predictions. */
  readonly predictions: () => Promise<PredictionQuality>;
  /** The versions of models that are suspected of a leak. */
  readonly leaks: () => Promise<readonly { readonly model: string; readonly version: string }[]>;
  /** What became of the backups; undefined where others tell of them. */
  readonly backups: () => Promise<BackupGauges | undefined>;
  /** What the last drill of a restore found; undefined where there was none. */
  readonly drill: () => Promise<DrillGauges | undefined>;
  /** What the last detections found, and what became of the alarms. */
  readonly anomalies: () => Promise<AnomalyGauges>;
}

/** Brings the gauges of a worker up to date. One source that is away does not keep the others from it; it rejects all the same. */
export async function refreshWorkerGauges(meters: Meters, sources: GaugeSources): Promise<void> {
  setConnections(meters, sources.connections());
  const read = await Promise.allSettled([
    sources.violations().then((counts) => {
      const totals = new Map<string, number>();
      for (const { constraint, violations } of counts) {
        totals.set(constraint, (totals.get(constraint) ?? 0) + violations);
      }
      for (const [constraint, total] of totals) {
        meters.follow('football_constraint_violations_total', { constraint }, total);
      }
    }),
    sources.tableRows().then((tables) => {
      meters.clear('football_database_table_rows');
      for (const { table: table_name, rows } of tables) {
        meters.set('football_database_table_rows', { table_name }, rows);
      }
    }),
    sources.providers().then((checks) => {
      setProviderGauges(meters, checks);
    }),
    sources.quality().then((check) => {
      setQualityGauges(meters, check);
    }),
    sources.anomalies().then((anomalies) => {
      setAnomalyGauges(meters, anomalies);
    }),
    sources.drill().then((drill) => {
      setDrillGauges(meters, drill);
    }),
    sources.backups().then((backups) => {
      if (backups !== undefined) setBackupGauges(meters, backups);
    }),
    sources.skew().then((skew) => {
      setSkewGauges(meters, skew);
    }),
    sources.predictions().then((quality) => {
      setPredictionGauges(meters, quality);
    }),
    sources.leaks().then((leaks) => {
      meters.clear('football_model_suspected_leak');
      for (const { model: model_name, version: model_version } of leaks)
        meters.set('football_model_suspected_leak', { model_name, model_version }, 1);
    }),
    sources.backlogs().then((backlogs) => {
      for (const { queue: queue_name, tasks, oldestSeconds } of backlogs) {
        meters.set('football_queue_size', { queue_name }, tasks);
        meters.set('football_queue_delay_seconds', { queue_name }, oldestSeconds);
      }
    }),
    sources.budgets().then((budgets) => {
      for (const { provider, period, left } of budgets) {
        meters.set('football_provider_budget_remaining', { provider, period }, left);
      }
    }),
    sources.rooms().then((rooms) => {
      for (const resource of metrics.football_machine_free_ratio.values.resource) {
        const { freeBytes, totalBytes } = rooms[resource];
        meters.set('football_machine_free_ratio', { resource }, freeBytes / totalBytes);
      }
    }),
  ]);
  const failed = read.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw new Error('a source of them is away', { cause: failed.reason });
}
