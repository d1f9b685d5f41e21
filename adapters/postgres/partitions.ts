import type pg from 'pg';
import { closeSilver } from './silver-gate.js';
import { inTransaction } from './transaction.js';

/** The tables with monthly partitions, and the column of their months (DB-3). */
const monthlyTables = [
  { parent: 'matches', column: 'match_time' },
  { parent: 'odds', column: 'collected_at' },
  { parent: 'predictions', column: 'created_at' },
  { parent: 'raw_odds_data', column: 'collected_at' },
] as const;

export interface MissingMonths {
  readonly parent: string;
  /** First instants of months, UTC. */
  readonly months: readonly Date[];
}

/**
 * The months for which partitions are missing: this one and three ahead; those of rows that a default partition caught; of
 * matches and odds also those of the pending payloads and their neighbours (prices are older than the match, a postponed match is
 * later).
 */
export async function missingMonths(pool: pg.Pool, now: Date): Promise<MissingMonths[]> {
  const { rows } = await pool.query<{ parent: string; months: Date[] }>(
    `with pending as (
       select distinct date_trunc('month', match_time) as month
       from raw_match_data where process_status = 'pending' and match_time is not null
     ), wanted as (
       select parent, month + shift * interval '1 month' as month
       from pending, generate_series(-1, 1) as s (shift), (values ('matches'), ('odds')) as p (parent)
       union
       select parent, date_trunc('month', $1::timestamptz) + shift * interval '1 month'
       from unnest($2::text[]) as p (parent), generate_series(0, 3) as s (shift)
       ${monthlyTables
         .map(
           ({ parent, column }) =>
             `union select '${parent}', date_trunc('month', ${column}) from ${parent}_default`,
         )
         .join('\n')}
     )
     select parent, array_agg(month order by month) as months
     from wanted
     where to_regclass(format('%I', parent || to_char(month, '_YYYY_MM'))) is null
     group by parent order by parent`,
    [now, monthlyTables.map(({ parent }) => parent)],
  );
  return rows;
}

/**
 * Makes the partitions of one table, in a transaction of its own and with no batch of refine inside. Gives way after 2 s
 * where a reader of the table is in the way (DependencyAway: try again), so as not to make others queue behind it.
 * Returns how many were made.
 */
export async function makePartitions(pool: pg.Pool, { parent, months }: MissingMonths): Promise<number> {
  return await inTransaction(pool, async ({ client }) => {
    await closeSilver(client);
    await client.query(`set local lock_timeout = '2s'`);
    const { rows } = await client.query<{ made: number }>(
      `select sum(ensure_month_partitions($1::regclass, month, month))::integer as made
       from unnest($2::timestamptz[]) as m (month)`,
      [parent, months],
    );
    return rows[0]?.made ?? 0;
  });
}

/**
 * Makes every partition that is missing (see {@link missingMonths}); rows that a default partition caught move to
 * theirs. Returns how many were made; a second call makes none.
 */
export async function ensurePartitions(pool: pg.Pool, now: Date): Promise<number> {
  let made = 0;
  for (const missing of await missingMonths(pool, now)) made += await makePartitions(pool, missing);
  return made;
}

export interface DefaultPartition {
  readonly table: string;
  readonly rows: number;
  /** The first and the last instant of the rows caught; null where there are none. */
  readonly firstAt: Date | null;
  readonly lastAt: Date | null;
}

/** What each default partition has caught. Any row there means that nobody prepared its month (DB-2). */
export async function defaultPartitions(pool: pg.Pool): Promise<DefaultPartition[]> {
  const { rows } = await pool.query<DefaultPartition>(
    `select table_name as "table", row_count as rows, first_at as "firstAt", last_at as "lastAt"
     from default_partition_rows order by table_name`,
  );
  return rows;
}

export interface MonthlyTable {
  readonly table: string;
  readonly partitions: number;
  /** Months as `2024-01`; null where there is none. */
  readonly firstMonth: string | null;
  readonly lastMonth: string | null;
  /** Rows that the default partition caught. */
  readonly caughtByDefault: number;
}

/** The monthly tables, how far their partitions reach and what their default partitions hold. */
export async function listMonthlyTables(pool: pg.Pool): Promise<MonthlyTable[]> {
  const { rows } = await pool.query<MonthlyTable>(
    `select d.table_name as "table", count(p.month)::integer as partitions, min(p.month) as "firstMonth",
       max(p.month) as "lastMonth", d.row_count as "caughtByDefault"
     from default_partition_rows d
     left join lateral (
       select replace(right(c.relname, 7), '_', '-') as month
       from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = to_regclass(d.table_name) and c.relname ~ '_\\d{4}_\\d{2}$') as p on true
     group by d.table_name, d.row_count order by d.table_name`,
  );
  return rows;
}
