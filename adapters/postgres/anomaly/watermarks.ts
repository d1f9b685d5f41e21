import type pg from 'pg';
import type { WatchedTable } from '../../../schemas/records/anomaly.js';
import { instant, type Instant } from '../../../schemas/values.js';
import type { Row } from '../row.js';

/** Keeps other detections of a table away until the transaction ends: each row is judged by one of them. */
export async function lockWatchedTable(client: pg.ClientBase, table: WatchedTable): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [
    `touchline.anomalies.${table}`,
  ]);
}

/** Up to when a table was looked at, by the clock of the job; undefined where it never was. */
export async function readWatermark(
  client: pg.ClientBase,
  table: WatchedTable,
): Promise<Instant | undefined> {
  const { rows } = await client.query<Row<{ until: 'anomaly_watermarks.detected_until' }>>(
    `select detected_until as until from anomaly_watermarks where table_name = $1`,
    [table],
  );
  const [found] = rows;
  return found === undefined ? undefined : instant(found.until.getTime());
}

/** How far a look has come. */
export interface Look {
  readonly table: WatchedTable;
  readonly runId: string;
  /** By the clock of the job. */
  readonly until: Instant;
  /** From where on in silver's own time the next look has to ask which rows it has not seen. */
  readonly rowsFrom: Instant;
}

/**
 * Moves on to when the table was looked at, in the transaction that keeps what was found; never back. Rows that are known after the end of the look,
 * as by a clock that was set back, are left to the next one. Needs the rows that {@link readRecentRows} read.
 */
export async function moveWatermark(
  client: pg.ClientBase,
  { table, until, runId, rowsFrom }: Look,
): Promise<void> {
  await client.query(
    `insert into anomaly_watermarks as w (table_name, detected_until, run_id, rows_from, rows_seen)
     select $1, $2, $3, next.rows_from, coalesce((
       select array_agg(r.id order by r.id) from watched_recent r where r.created_at >= next.rows_from and r.is_seen
     ), '{}')
     from (
       select least($4::timestamptz, min(r.created_at) filter (where not r.is_seen)) as rows_from from watched_recent r
     ) as next
     on conflict (table_name) do update set detected_until = greatest(w.detected_until, excluded.detected_until),
       run_id = excluded.run_id, rows_from = excluded.rows_from, rows_seen = excluded.rows_seen`,
    [table, new Date(until), runId, new Date(rowsFrom)],
  );
}
