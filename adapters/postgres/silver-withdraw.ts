import type pg from 'pg';
import type { Computed, Row } from './row.js';
import { stages, type StageName } from './silver-stage.js';

/** A published table that holds histories of matches, the stage that is to replace them, and the column of its months. */
interface HistoryTable {
  readonly table: string;
  readonly stage: StageName;
  readonly month: string;
}

const historyTables: readonly HistoryTable[] = [
  { table: 'fixture_revisions', stage: 'revisions', month: 'known_at' },
  { table: 'match_statistics', stage: 'statistics', month: 'known_at' },
  { table: 'odds', stage: 'quotes', month: 'collected_at' },
];

/**
 * Takes away the rows and findings that the histories told anew no longer have. Two things make a history lose rows: an edition of
 * one file that reaches us after a later edition of another and is then told before it, and a decision of a person about one of its
 * versions. A flag that a decision changed changes in its row: the quote is the same one. After the batch is staged.
 *
 * The writer finds the rows, and functions of the admin's take them away: the writer itself may not delete.
 */
export async function withdrawOverridden(client: pg.ClientBase): Promise<void> {
  const told = await client.query<Row<{ id: 'raw_match_data.id' }>>(
    `select r.id from staged_told_anew n
     cross join lateral (
       select id from raw_match_data r where r.data_source = n.data_source and r.external_match_id = n.external_id
     ) as r`,
  );
  if (told.rows.length === 0) return;
  await client.query(withdrawnFindings, [told.rows.map(({ id }) => id)]);
  await client.query(untoldMatches);
  // The ids as a list: odds has hundreds of partitions, and a join would be planned to read them all. One source at a time: the planner
  // takes the matches of a source for one row where they are joined, and would compare everything with everything.
  const sources = await client.query<Row<{ dataSource: Computed<string>; ids: Computed<number[]> }>>(
    `select data_source as "dataSource", array_agg(match_id order by match_id) as ids
     from (
       select distinct b.data_source, b.match_id
       from staged_told_anew n join match_external_ids x using (data_source, external_id)
       join batch_matches b on b.match_id = x.match_id and b.data_source = n.data_source
       where not b.is_fresh
     ) as told
     group by data_source order by data_source`,
  );
  for (const { dataSource, ids } of sources.rows) {
    const repriced = await matchesOf(client, repricedMatches, [ids, dataSource]);
    if (repriced.length > 0) await client.query(changedFlags, [repriced, dataSource]);
    for (const history of historyTables) {
      const matches = history.table === 'odds' ? repriced : ids;
      if (matches.length > 0) await client.query(withdrawal(history), [matches, dataSource]);
    }
    await client.query(withdrawnLastSeen, [ids, dataSource]);
    const untold = await matchesOf(client, matchesWithoutHistory, [ids]);
    if (untold.length > 0) await client.query(withdrawnMatches, [untold]);
  }
}

async function matchesOf(
  client: pg.ClientBase,
  query: string,
  values: readonly unknown[],
): Promise<number[]> {
  const { rows } = await client.query<Row<{ id: 'odds.match_id' | Computed<number> }>>(query, [...values]);
  return rows.map(({ id }) => id);
}

/** What someone has handled stays. */
const withdrawnFindings = `
  select withdraw_findings(array_agg(q.id))
  from data_quality_logs q
  where q.record_id = any($1::bigint[]) and q.table_name in ('matches', 'fixture_revisions', 'match_statistics', 'odds')
    and q.handled_at is null
    and not exists (
      select from staged_findings s
      where s.raw_id = q.record_id and s.raw_score_id is not distinct from q.raw_score_id and s.error_type = q.error_type and s.field = q.field
        and q.error_data @> s.error_data)
  having count(*) > 0`;

/** A match of which this source tells nothing any more is in the batch, with no staged row. */
const untoldMatches = `
  insert into batch_matches (match_id, data_source, external_id, is_fresh)
  select x.match_id, n.data_source, n.external_id, false
  from staged_told_anew n join match_external_ids x using (data_source, external_id)
  where not exists (
    select from batch_matches b where b.match_id = x.match_id and b.data_source = n.data_source)`;

const changedFlags = `
  with changed as (
    update odds o set suspicious_odds = s.suspicious_odds, updated_at = now()
    from staged_quotes s
    where o.match_id = any($1::bigint[]) and o.data_source = $2 and o.raw_odds_id is null
      and (s.match_id, s.data_source, s.bookmaker, s.market_type, s.collected_at, s.recorded_at)
        = (o.match_id, o.data_source, o.bookmaker, o.market_type, o.collected_at, o.recorded_at)
      and s.line_value is not distinct from o.line_value
      and s.suspicious_odds <> o.suspicious_odds
    returning o.collected_at
  )
  insert into touched_months
  select distinct 'odds', date_trunc('month', collected_at at time zone 'UTC')::date from changed`;

const matchesWithoutHistory = `
  select m.id from unnest($1::bigint[]) as m (id)
  where not exists (select from fixture_revisions f where f.match_id = m.id)
    and not exists (select from staged_revisions s where s.match_id = m.id)`;

const withdrawnMatches = `
  with gone as materialized (
    select m.id, m.match_time from matches m where m.id = any($1::bigint[])
  ), withdrawn as materialized (
    select withdraw_matches(array_agg(id)) from gone having count(*) > 0
  )
  insert into touched_months
  select distinct 'matches', date_trunc('month', match_time at time zone 'UTC')::date from gone cross join withdrawn`;

/**
 * The rows of a history table, as `t`, that the staged history of their match no longer has: of the source $2, by the ids in $1. Prices of
 * live sources are told by payloads of their own, and stay.
 */
function overridden(table: string, stage: StageName): string {
  const columns = stages[stage].columns;
  const tuple = (alias: string): string => `(${columns.map((name) => `${alias}.${name}`).join(', ')})`;
  const mayLose = table === 'odds' ? ' and t.raw_odds_id is null' : '';
  return `from ${table} t
    where t.match_id = any($1::bigint[]) and t.data_source = $2${mayLose} and not exists (
      select from ${stages[stage].table} s where s.match_id = t.match_id and ${tuple('s')} is not distinct from ${tuple('t')})`;
}

/** Of odds this is asked once, and of few matches anything else: a look for ids goes through hundreds of partitions. */
const repricedMatches = `select distinct t.match_id as id ${overridden('odds', 'quotes')} order by 1`;

const withdrawal = ({ table, stage, month }: HistoryTable): string =>
  `with gone as materialized (
     select t.id, t.match_id, t.${month} as at ${overridden(table, stage)}
   ), withdrawn as materialized (
     select withdraw_rows('${table}', array_agg(distinct match_id), array_agg(id)) from gone having count(*) > 0
   )
   insert into touched_months
   select distinct '${table}', date_trunc('month', at at time zone 'UTC')::date from gone cross join withdrawn`;

const withdrawnLastSeen = `select withdraw_last_seen(array_agg(t)) ${overridden('odds_last_seen', 'lastSeen')}
    and not exists (
      select from odds o
      where o.match_id = t.match_id and o.data_source = t.data_source and o.bookmaker = t.bookmaker
        and o.market_type = t.market_type and o.price_phase = t.price_phase and o.raw_odds_id is not null
        and o.line_value is not distinct from t.line_value)
  having count(*) > 0`;
