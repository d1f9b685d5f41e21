import type pg from 'pg';
import { withdrawConflictFindings } from '../source-conflicts.js';

const byMonth = [
  ['fixture_revisions', 'match_id', 'known_at'],
  ['match_statistics', 'match_id', 'known_at'],
  ['odds', 'match_id', 'collected_at'],
  ['matches', 'id', 'match_time'],
] as const;

const remark = `on conflict (table_name, month) do update set version = mark.version + 1, marked_at = now()`;
const monthOf = (column: string): string => `date_trunc('month', ${column} at time zone 'UTC')::date`;

/** Marks the months of these matches, and the teams, for publishing: who plays in them has changed. */
export async function markMatches(client: pg.ClientBase, matchIds: readonly number[]): Promise<void> {
  await client.query(
    `insert into lake_dirty_partitions as mark (table_name, month)
     select 'matches', ${monthOf('match_time')} from matches where id = any($1::bigint[])
     union select 'teams', date '1970-01-01'
     order by 1, 2 ${remark}`,
    [matchIds],
  );
}

/** Marks the teams for publishing. */
export async function markTeams(client: pg.ClientBase): Promise<void> {
  await client.query(
    `insert into lake_dirty_partitions as mark (table_name, month) values ('teams', date '1970-01-01') ${remark}`,
  );
}

/** Takes away everything that was told of these matches, and marks its months. What bears their keys has to be refined again. */
export async function forgetTold(client: pg.ClientBase, matchIds: readonly number[]): Promise<void> {
  if (matchIds.length === 0) return;
  for (const [table, match, time] of byMonth) {
    await client.query(
      `with gone as (delete from ${table} where ${match} = any($1::bigint[]) returning ${time} as at)
       insert into lake_dirty_partitions as mark (table_name, month)
       select distinct '${table}', ${monthOf('at')} from gone order by 1, 2 ${remark}`,
      [matchIds],
    );
  }
  for (const table of ['odds_last_seen', 'features']) {
    await client.query(`delete from ${table} where match_id = any($1::bigint[])`, [matchIds]);
  }
  await withdrawConflictFindings(client, matchIds);
}

/** Takes away what was found in the payloads of keys and nobody has handled: refine finds again what still holds. */
export async function forgetFindings(
  client: pg.ClientBase,
  keys: readonly { readonly dataSource: string; readonly key: string }[],
): Promise<void> {
  await client.query(
    `delete from data_quality_logs q
     using raw_match_data r, unnest($1::text[], $2::text[]) as k (data_source, key)
     where r.data_source = k.data_source and r.external_match_id = k.key and q.record_id = r.id and q.handled_at is null
       and q.table_name in ('matches', 'fixture_revisions', 'match_statistics', 'odds')`,
    [keys.map(({ dataSource }) => dataSource), keys.map(({ key }) => key)],
  );
}

/** Sets the payloads of keys and those of their prices to pending, so that refine tells them again. Returns how many. */
export async function refineKeysAgain(
  client: pg.ClientBase,
  keys: readonly { readonly dataSource: string; readonly key: string }[],
): Promise<number> {
  const columns = [keys.map(({ dataSource }) => dataSource), keys.map(({ key }) => key)];
  const { rowCount } = await client.query(
    `with locked as (
       select r.id from raw_match_data r
       join unnest($1::text[], $2::text[]) as k (data_source, key)
         on k.data_source = r.data_source and k.key = r.external_match_id
       where r.process_status in ('done', 'held')
       order by r.id for no key update of r
     )
     update raw_match_data r set process_status = 'pending', processed = false, process_error = null
     from locked where r.id = locked.id`,
    columns,
  );
  const prices = await client.query(
    `with locked as (
       select r.id, r.collected_at
       from unnest($1::text[], $2::text[]) as k (data_source, key)
       join source_match_ids s on s.data_source = k.data_source and s.external_match_id = k.key
       join raw_odds_data r on r.data_source = s.data_source and r.external_match_id = s.source_id
       where r.process_status in ('done', 'held')
       order by r.id for no key update of r
     )
     update raw_odds_data r set process_status = 'pending', processed = false, process_error = null
     from locked l where r.id = l.id and r.collected_at = l.collected_at`,
    columns,
  );
  return (rowCount ?? 0) + (prices.rowCount ?? 0);
}
