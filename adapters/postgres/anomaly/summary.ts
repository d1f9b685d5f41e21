import type pg from 'pg';
import type { AnomalySeverity, AnomalyType, WatchedTable } from '../../../schemas/records/anomaly.js';
import type { Computed, Narrowed, Row } from '../row.js';
import { countQuarantined } from './quarantines.js';

interface AlarmColumns {
  readonly table: Narrowed<'anomaly_detections.table_name', WatchedTable>;
  readonly raised: Computed<number>;
  readonly confirmed: Computed<number>;
  readonly markedFalse: Computed<number>;
  /** The share of those that people have decided about that they marked as false; null where nobody has decided. */
  readonly falseAlarmRate: Computed<number | null>;
}

/** What became of the alarms of a table. */
export type AlarmRecord = Row<AlarmColumns>;

/** The alarms of each table, and the share that was false. An alarm is a finding; several methods may have raised it together. */
export async function alarmRecords(client: pg.Pool | pg.ClientBase): Promise<readonly AlarmRecord[]> {
  const { rows } = await client.query<Row<AlarmColumns>>(
    `select a.table_name as table, count(*)::integer as raised,
       count(*) filter (where a.status = 'resolved')::integer as confirmed,
       count(*) filter (where a.status = 'ignored')::integer as "markedFalse",
       count(*) filter (where a.status = 'ignored')::double precision
         / nullif(count(*) filter (where a.status in ('resolved', 'ignored')), 0) as "falseAlarmRate"
     from (
       select distinct d.table_name, f.id, f.status from anomaly_detections d join data_quality_logs f on f.id = d.finding_id
     ) as a
     group by a.table_name order by 1`,
  );
  return rows;
}

interface LatestColumns {
  readonly table: Narrowed<'anomaly_detections.table_name', WatchedTable>;
  readonly anomalyType: Narrowed<'anomaly_detections.anomaly_type', AnomalyType>;
  readonly severity: Narrowed<'anomaly_detections.severity', AnomalySeverity>;
  readonly records: Computed<number>;
}

/** Rows, or columns, that the last detection of a table found anomalous. */
export type LatestAnomalies = Row<LatestColumns>;

/** Of the last run that judged something of its table: one that found nothing new has kept nothing. */
const isOfLastRun = `d.run_id = (
  select l.run_id from anomaly_detections l where l.table_name = d.table_name order by l.id desc limit 1)`;

/** What the last run of each table found, by type and severity. */
async function latestAnomalies(client: pg.Pool | pg.ClientBase): Promise<readonly LatestAnomalies[]> {
  const { rows } = await client.query<Row<LatestColumns>>(
    `select d.table_name as table, d.anomaly_type as "anomalyType", d.severity, max(d.anomalous_count) as records
     from anomaly_detections d
     where ${isOfLastRun}
     group by 1, 2, 3 order by 1, 2, 3`,
  );
  return rows;
}

interface DriftColumns {
  readonly table: Narrowed<'anomaly_detections.table_name', WatchedTable>;
  readonly feature: Computed<string>;
  readonly score: Computed<number>;
}

/** How far each column had moved at the last run of its table: 0 where that was no drift; nothing of one with too few values to tell. */
async function latestDrifts(client: pg.Pool | pg.ClientBase): Promise<readonly Row<DriftColumns>[]> {
  const { rows } = await client.query<Row<DriftColumns>>(
    `select d.table_name as table, f.feature, case f.verdict when 'drift' then f.score else 0 end as score
     from anomaly_detections d
     cross join lateral jsonb_to_recordset(d.details -> 'features') as f (feature text, verdict text, score double precision)
     where d.method = 'data_drift' and f.verdict <> 'too_few' and ${isOfLastRun}
     order by 1, 2`,
  );
  return rows;
}

interface CoverageColumns {
  readonly table: Narrowed<'anomaly_detections.table_name', WatchedTable>;
  readonly percent: Computed<number>;
}

/**
 * The percentage of the rows of the last run that a method judged against what is usual, by the method that judged most of them. Limits ask for
 * no past, and judge any row. Nothing of a table that no method looks at row by row, or of a run without rows.
 */
async function latestCoverage(client: pg.Pool | pg.ClientBase): Promise<readonly Row<CoverageColumns>[]> {
  const { rows } = await client.query<Row<CoverageColumns>>(
    `select d.table_name as table, 100 * max(d.tested_count)::double precision / max(d.tested_count + d.skipped_count) as percent
     from anomaly_detections d
     where d.anomaly_type = 'statistical_outlier' and d.method <> 'limits' and ${isOfLastRun}
     group by 1 having max(d.tested_count + d.skipped_count) > 0 order by 1`,
  );
  return rows;
}

/** What the anomalies of each table are shown by: the same in every process. */
export const readAnomalyGauges = async (client: pg.Pool) => ({
  latest: await latestAnomalies(client),
  drifts: await latestDrifts(client),
  coverage: await latestCoverage(client),
  alarms: await alarmRecords(client),
  quarantined: await countQuarantined(client),
});
