import type pg from 'pg';
import { holdRefreshes } from './materialized-views.js';
import type { Computed, Present, Row } from './row.js';
import { closeSilver } from './silver-gate.js';
import { inTransaction } from './transaction.js';

/** The tables with monthly partitions, and the column of their months (DB-3). */
const monthColumns = {
  matches: 'match_time',
  odds: 'collected_at',
  predictions: 'created_at',
  raw_odds_data: 'collected_at',
} as const;
type MonthlyParent = keyof typeof monthColumns;
const monthlyTables = Object.entries(monthColumns);

export interface MissingMonths {
  readonly parent: MonthlyParent;
  /** First instants of months, UTC. */
  readonly months: readonly Date[];
}

/**
 * The months for which partitions are missing: this one and three ahead; those of rows that a default partition caught; of
 * matches and odds also those of the pending payloads and their neighbours (prices are older than the match, a postponed match is
 * later); of odds those of pending prices and the month after.
 */
export async function missingMonths(pool: pg.Pool, now: Date): Promise<MissingMonths[]> {
  const { rows } = await pool.query<Row<{ parent: Computed<MonthlyParent>; months: Computed<Date[]> }>>(
    `with pending as (
       select distinct date_trunc('month', match_time) as month
       from raw_match_data where process_status = 'pending' and match_time is not null
     ), wanted as (
       select parent, month + shift * interval '1 month' as month
       from pending, generate_series(-1, 1) as s (shift), (values ('matches'), ('odds')) as p (parent)
       union
       select 'odds', month + shift * interval '1 month'
       from (
         select distinct date_trunc('month', collected_at) as month from raw_odds_data where process_status = 'pending'
       ) as p, generate_series(0, 1) as s (shift)
       union
       select parent, date_trunc('month', $1::timestamptz) + shift * interval '1 month'
       from unnest($2::text[]) as p (parent), generate_series(0, 3) as s (shift)
       ${monthlyTables
         .map(
           ([parent, column]) =>
             `union select '${parent}', date_trunc('month', ${column}) from ${parent}_default`,
         )
         .join('\n')}
     )
     select parent, array_agg(month order by month) as months
     from wanted
     where to_regclass(format('%I', parent || to_char(month, '_YYYY_MM'))) is null
     group by parent order by parent`,
    [now, Object.keys(monthColumns)],
  );
  return rows;
}

/**
 * Makes the partitions of one table, in a transaction of its own and with no batch of refine inside. Waits for a view that is
 * being refreshed, which reads every partition, before it keeps batches out; gives way after 2 s where another reader of the
 * table is in the way (DependencyAway: try again), so as not to make others queue behind it. Rows that the default
 * partition caught are a finding for review before they move. Returns how many were made.
 */
export async function makePartitions(pool: pg.Pool, { parent, months }: MissingMonths): Promise<number> {
  return await inTransaction(pool, async ({ client }) => {
    await holdRefreshes(client);
    await closeSilver(client);
    await client.query(`set local lock_timeout = '2s'`);
    // In the order of ATTACH PARTITION. Nothing is caught between the finding and the move.
    await client.query(
      `lock table only ${parent} in share update exclusive mode; lock table ${parent}_default in access exclusive mode`,
    );
    await client.query(findingsOfCaught(parent), [months]);
    const { rows } = await client.query<Row<{ made: Computed<number> }>>(
      `select sum(ensure_month_partitions($1::regclass, month, month))::integer as made
       from unnest($2::timestamptz[]) as m (month)`,
      [parent, months],
    );
    return rows[0]?.made ?? 0;
  });
}

/** One finding a month and catch. It is about the default partition, so that a rebuild of the table leaves it. */
const findingsOfCaught = (parent: MonthlyParent): string => `
  insert into data_quality_logs (table_name, error_type, severity, field, error_data, error_message,
    requires_manual_review, finding_key)
  select '${parent}_default', 'caught_by_default_partition', 'high', c.month,
    jsonb_build_object('table', '${parent}', 'month', c.month, 'rows', c.n, 'first_at', c.first_at, 'last_at', c.last_at),
    c.n || ' rows of ${parent} came before anybody had prepared ' || c.month || '; they are in its partition now', true,
    sha256(convert_to(concat_ws('/', 'caught_by_default_partition', '${parent}', c.month, now()), 'UTF8'))
  from (
    select to_char(${monthColumns[parent]}, 'YYYY-MM') as month, count(*) as n, min(${monthColumns[parent]}) as first_at,
      max(${monthColumns[parent]}) as last_at
    from ${parent}_default where date_trunc('month', ${monthColumns[parent]}) = any($1::timestamptz[]) group by 1) as c
  order by c.month`;

/**
 * Makes every partition that is missing (see {@link missingMonths}); rows that a default partition caught move to
 * theirs, told as findings. Returns how many were made; a second call makes none.
 */
export async function ensurePartitions(pool: pg.Pool, now: Date): Promise<number> {
  let made = 0;
  for (const missing of await missingMonths(pool, now)) made += await makePartitions(pool, missing);
  return made;
}

interface DefaultPartitionColumns {
  readonly table: Present<'default_partition_rows.table_name'>;
  readonly rows: Present<'default_partition_rows.row_count'>;
  /** The first and the last instant of the rows caught; null where there are none. */
  readonly firstAt: 'default_partition_rows.first_at';
  readonly lastAt: 'default_partition_rows.last_at';
}

export type DefaultPartition = Row<DefaultPartitionColumns>;

/** What each default partition has caught. Any row there means that nobody prepared its month (DB-2). */
export async function defaultPartitions(pool: pg.Pool): Promise<DefaultPartition[]> {
  const { rows } = await pool.query<Row<DefaultPartitionColumns>>(
    `select table_name as "table", row_count as rows, first_at as "firstAt", last_at as "lastAt"
     from default_partition_rows order by table_name`,
  );
  return rows;
}

interface MonthlyTableColumns {
  readonly table: Present<'default_partition_rows.table_name'>;
  readonly partitions: Computed<number>;
  /** Months as `2024-01`; null where there is none. */
  readonly firstMonth: Computed<string | null>;
  readonly lastMonth: Computed<string | null>;
  /** Rows that the default partition caught. */
  readonly caughtByDefault: Present<'default_partition_rows.row_count'>;
}

/** The monthly tables, how far their partitions reach and what their default partitions hold. */
export async function listMonthlyTables(pool: pg.Pool): Promise<Row<MonthlyTableColumns>[]> {
  const { rows } = await pool.query<Row<MonthlyTableColumns>>(
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
