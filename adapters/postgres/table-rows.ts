import type pg from 'pg';
import type { Computed, Row } from './row.js';

/** How many rows each table holds, its partitions together, as Postgres estimated them when it last looked: nothing is counted for it. */
export async function estimatedRows(
  pool: pg.Pool,
): Promise<readonly { readonly table: string; readonly rows: number }[]> {
  const { rows } = await pool.query<Row<{ table: Computed<string>; rows: Computed<number> }>>(
    `select coalesce(top.relname, c.relname) as "table",
       sum(greatest(c.reltuples, 0))::bigint as rows
     from pg_class c
     left join pg_class top on c.relispartition and top.oid = pg_partition_root(c.oid)
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
     group by 1 order by 1`,
  );
  return rows;
}
