import type pg from 'pg';
import type {
  AnomalyMethod,
  AnomalySeverity,
  AnomalyType,
  WatchedTable,
} from '../../../schemas/records/anomaly.js';
import { reachingPostgres } from '../away.js';
import type { Computed, Narrowed, Row } from '../row.js';

/** Up to when each table was looked at, by the clock of its job; of one that never was, nothing. */
export async function readLooks(pool: pg.Pool): Promise<ReadonlyMap<WatchedTable, Date>> {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{
        table: Narrowed<'anomaly_watermarks.table_name', WatchedTable>;
        until: 'anomaly_watermarks.detected_until';
      }>
    >('select table_name as table, detected_until as until from anomaly_watermarks'),
  );
  return new Map(rows.map(({ table, until }) => [table, until]));
}

interface CountColumns {
  readonly table: Narrowed<'anomaly_detections.table_name', WatchedTable>;
  readonly severity: Narrowed<'anomaly_detections.severity', AnomalySeverity>;
  readonly method: Narrowed<'anomaly_detections.method', AnomalyMethod>;
  readonly type: Narrowed<'anomaly_detections.anomaly_type', AnomalyType>;
  readonly detections: Computed<number>;
  readonly anomalous: Computed<number>;
}

/** Detections of one kind, and the rows or columns that they found anomalous. */
export type DetectionCount = Row<CountColumns>;

/** The detections that found something after an instant, by table, severity, method and type. */
export async function countDetections(pool: pg.Pool, after: Date): Promise<DetectionCount[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<CountColumns>>(
      `select table_name as table, severity, method, anomaly_type as type, count(*)::integer as detections,
         sum(anomalous_count)::integer as anomalous
       from anomaly_detections where detected_at > $1 and anomalous_count > 0
       group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
      [after],
    ),
  );
  return rows;
}
