import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

/** A column of a table or view, in its order. */
export interface ShapedColumn {
  readonly name: string;
  readonly type: string;
}

/** What tables and views look like. */
export interface TableShapes {
  readonly columns: ReadonlyMap<string, readonly ShapedColumn[]>;
  /** The SELECT of each of the views that were asked for. */
  readonly views: ReadonlyMap<string, string>;
}

/** The columns of every table and view in the house's schema, and the SQL of some views. Partitions are left out. */
export async function readTableShapes(pool: pg.Pool, views: readonly string[]): Promise<TableShapes> {
  const columns = await reachingPostgres(() =>
    pool.query<Row<{ table: Computed<string>; names: Computed<string[]>; types: Computed<string[]> }>>(
      `select c.relname::text as table, array_agg(a.attname::text order by a.attnum) as names,
         array_agg(format_type(a.atttypid, a.atttypmod) order by a.attnum) as types
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not c.relispartition
       group by c.relname`,
    ),
  );
  const defined = await reachingPostgres(() =>
    pool.query<Row<{ view: Computed<string>; sql: Computed<string> }>>(
      `select c.relname::text as view, pg_get_viewdef(c.oid) as sql
       from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('v', 'm') and c.relname = any($1)
       order by array_position($1, c.relname::text)`,
      [views],
    ),
  );
  return {
    columns: new Map(
      columns.rows.map(({ table, names, types }) => [
        table,
        names.map((name, index) => ({ name, type: types[index] ?? '' })),
      ]),
    ),
    // What stands in an EXISTS need not select anything in Postgres; elsewhere it has to.
    views: new Map(
      defined.rows.map(({ view, sql }) => [
        view,
        sql.replace(/;\s*$/, '').replaceAll(/\bselect(\s+)from\b/gi, 'select 1$1from'),
      ]),
    ),
  };
}
