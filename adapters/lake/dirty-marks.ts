import type { DuckDBConnection } from '@duckdb/node-api';
import type pg from 'pg';
import { z } from 'zod';
import { InvariantBroken } from '../../schemas/errors.js';
import type { SilverTable } from '../../schemas/tables/lake-table.js';
import { silverTables } from '../../schemas/tables/silver.js';
import { Month, wholeTableMonth } from './months.js';
import { readRows } from './rows.js';
import { quoteText } from './sql-text.js';

/** A month of a silver table that the lake lacks, with the version of the mark when it was read. */
export interface DirtyMark {
  readonly table: string;
  readonly month: Month;
  readonly version: number;
}

const MarkRow = z.object({ table_name: z.string(), month: Month, version: z.coerce.number().int() });

const everyMark = `select table_name, to_char(month, 'YYYY-MM') as month, version
  from lake_dirty_partitions order by table_name, month`;

function readMark(row: unknown): DirtyMark {
  const { table_name: table, month, version } = MarkRow.parse(row);
  if (!silverTables.some(({ name }) => name === table)) {
    throw new InvariantBroken(`A month of ${table} is marked for the lake, which has no such table`, {
      object: `lake_dirty_partitions ${table} ${month}`,
    });
  }
  return { table, month, version };
}

/** Every mark as it is now. Throws {@link InvariantBroken} on a mark of a table that the lake does not have. */
export async function readDirtyMarks(pool: pg.Pool): Promise<DirtyMark[]> {
  const { rows } = await pool.query(everyMark);
  return rows.map(readMark);
}

/**
 * Every mark as the transaction of a lake connection sees Postgres: what it reads of silver afterwards is of the same instant, so that no
 * row comes without those it refers to. Throws as {@link readDirtyMarks} does.
 */
export async function marksOfTransaction(connection: DuckDBConnection): Promise<DirtyMark[]> {
  return (await readRows(connection, `from postgres_query('pg', ${quoteText(everyMark)})`)).map(readMark);
}

/**
 * Deletes the marks whose version is still the one noted: a mark renewed since then stays for the next run, and waits since it was renewed last,
 * which is as much as is known.
 */
export async function clearDirtyMarks(pool: pg.Pool, noted: readonly DirtyMark[]): Promise<void> {
  await pool.query(
    `with n as (
       select table_name, (month || '-01')::date as month, version
       from unnest($1::text[], $2::text[], $3::bigint[]) as n (table_name, month, version)
     ), cleared as (
       delete from lake_dirty_partitions d using n
       where d.table_name = n.table_name and d.month = n.month and d.version = n.version
     )
     update lake_dirty_partitions d set first_marked_at = d.marked_at from n
     where d.table_name = n.table_name and d.month = n.month and d.version <> n.version`,
    [noted.map(({ table }) => table), noted.map(({ month }) => month), noted.map(({ version }) => version)],
  );
}

const monthsOf = (table: SilverTable): string =>
  table.partitionColumn === null
    ? `select '${table.name}', date '${wholeTableMonth}-01'`
    : `select '${table.name}', month from (
         select distinct date_trunc('month', ${table.alias}.${table.partitionColumn} at time zone 'UTC')::date as month
         from ${table.from}) as months`;

/** Marks every month that silver holds, so that a lake emptied now is filled by the next publish. */
export async function markEverythingDirty(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into lake_dirty_partitions (table_name, month)
     ${silverTables.map(monthsOf).join(' union all ')}
     on conflict (table_name, month) do update
       set version = lake_dirty_partitions.version + 1, marked_at = now()`,
  );
}
