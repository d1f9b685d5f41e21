import type pg from 'pg';
import { closeSilver } from './silver-gate.js';
import { inTransaction } from './transaction.js';

export interface MissingMonths {
  readonly parent: string;
  /** First instants of months, UTC. */
  readonly months: readonly Date[];
}

/**
 * The months for which partitions are missing: of matches and odds, those of the pending payloads and their neighbours
 * (prices are older than the match, a postponed match is later); of predictions, this month and three ahead.
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
       select 'predictions', date_trunc('month', $1::timestamptz) + shift * interval '1 month'
       from generate_series(0, 3) as s (shift)
     )
     select parent, array_agg(month order by month) as months
     from wanted
     where to_regclass(format('%I', parent || to_char(month, '_YYYY_MM'))) is null
     group by parent order by parent`,
    [now],
  );
  return rows;
}

/**
 * Makes the partitions of one table, in a transaction of its own and with no batch of refine inside. Gives way after 2 s
 * where a reader of the table is in the way (DependencyAway: try again), so as not to make others queue behind it.
 */
export async function makePartitions(pool: pg.Pool, { parent, months }: MissingMonths): Promise<void> {
  await inTransaction(pool, async ({ client }) => {
    await closeSilver(client);
    await client.query(`set local lock_timeout = '2s'`);
    await client.query(
      `select ensure_month_partitions($1::regclass, month, month) from unnest($2::timestamptz[]) as m (month)`,
      [parent, months],
    );
  });
}
