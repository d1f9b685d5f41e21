import type pg from 'pg';
import type { AnomalySeverity, AnomalyType, WatchedTable } from '../../../schemas/records/anomaly.js';
import type { Computed, Narrowed, Row } from '../row.js';

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

/** What the last run of each table found, by type and severity. */
export async function latestAnomalies(client: pg.Pool | pg.ClientBase): Promise<readonly LatestAnomalies[]> {
  const { rows } = await client.query<Row<LatestColumns>>(
    `select d.table_name as table, d.anomaly_type as "anomalyType", d.severity, max(d.anomalous_count) as records
     from anomaly_detections d
     where d.run_id = (select l.run_id from anomaly_detections l where l.table_name = d.table_name order by l.id desc limit 1)
     group by 1, 2, 3 order by 1, 2, 3`,
  );
  return rows;
}
