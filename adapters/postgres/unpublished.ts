import type pg from 'pg';
import type { Waiting } from '../../schemas/records/freshness.js';
import type { Computed, Row } from './row.js';

/** The tables of silver of which months wait for the lake, each with the one that has waited longest. */
export async function readWaiting(pool: pg.Pool): Promise<Waiting[]> {
  const { rows } = await pool.query<
    Row<{
      dataset: Computed<string>;
      partitions: Computed<number>;
      oldest: Computed<string>;
      hours: Computed<number>;
    }>
  >(
    `select distinct on (table_name) 'silver.' || table_name as dataset, (count(*) over (partition by table_name))::integer as partitions,
       to_char(month, 'YYYY-MM') as oldest,
       greatest(0, extract(epoch from now() - first_marked_at))::double precision / 3600 as hours
     from lake_dirty_partitions order by table_name, first_marked_at, month`,
  );
  return rows;
}

/** How long ago an instant was, in hours. */
export async function hoursSince(pool: pg.Pool, since: Date): Promise<number> {
  const { rows } = await pool.query<Row<{ hours: Computed<number> }>>(
    `select greatest(0, extract(epoch from now() - $1::timestamptz))::double precision / 3600 as hours`,
    [since],
  );
  return rows[0]?.hours ?? 0;
}
