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

/** Up to when a table was looked at; undefined where it never was. */
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

/** Moves on to when the table was looked at, in the transaction that keeps what was found; never back. */
export async function moveWatermark(
  client: pg.ClientBase,
  { table, until, runId }: { readonly table: WatchedTable; readonly until: Instant; readonly runId: string },
): Promise<void> {
  await client.query(
    `insert into anomaly_watermarks as w (table_name, detected_until, run_id) values ($1, $2, $3)
     on conflict (table_name) do update set detected_until = excluded.detected_until, run_id = excluded.run_id
     where w.detected_until < excluded.detected_until`,
    [table, new Date(until), runId],
  );
}
