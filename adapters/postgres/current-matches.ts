import type pg from 'pg';
import { monthOf } from './silver-months.js';
import { markRepriced } from './repriced-matches.js';
import { updateConflictFindings } from './source-conflicts.js';

const fields = [
  'kickoff_precision',
  'match_status',
  'home_score',
  'away_score',
  'home_ht_score',
  'away_ht_score',
  'venue',
  'referee',
  'source_present',
  'minute',
] as const;
const fieldsOf = (alias: string): string => fields.map((field) => `${alias}.${field}`).join(', ');

const statements = [
  // The registry's time first: the foreign key carries it to matches, which moves the row to its new month.
  `with locked as (
     select r.id, r.match_time as old_time, c.match_time as new_time
     from match_registry r join current_matches c on c.match_id = r.id
     where r.match_time <> c.match_time
     order by r.id for update of r
   ), moved as (
     update match_registry r set match_time = l.new_time, updated_at = now()
     from locked l where r.id = l.id
     returning l.old_time, l.new_time
   )
   insert into touched_months
   select 'matches', ${monthOf('old_time')} from moved
   union select 'matches', ${monthOf('new_time')} from moved`,
  `with changed as (
     insert into matches as m (id, match_time, league_id, season, home_team_id, away_team_id, ${fields.join(', ')})
     select c.match_id, c.match_time, r.league_id, r.season, r.home_team_id, r.away_team_id, ${fieldsOf('c')}
     from current_matches c join match_registry r on r.id = c.match_id
     order by c.match_id
     on conflict (id, match_time) do update
       set ${fields.map((field) => `${field} = excluded.${field}`).join(', ')}, updated_at = now()
     where (${fieldsOf('m')}) is distinct from (${fieldsOf('excluded')})
     returning match_time
   )
   insert into touched_months select distinct 'matches', ${monthOf('match_time')} from changed`,
];

/** The minute of a live match, as the feed of scores whose word its result is said last; a score that is held is not believed. */
const minuteOfPlay = `
  left join lateral (
    select r.match_minute
    from match_external_ids x
    join source_match_ids i on i.data_source = x.data_source and i.external_match_id = x.external_id
    join raw_scores_data r on r.data_source = i.data_source and r.external_match_id = i.source_id and r.record_key = ''
    where x.match_id = c.match_id and x.data_source = c.result_source and r.process_status <> 'held'
    order by r.collected_at desc, r.id desc limit 1
  ) as s on c.match_status = 'live'`;

/**
 * Brings the current rows of matches in line with all that their sources have said: the current row is what
 * `match_states` says at infinity, and a score on which sources disagree is a finding. What changed is noted in `touched_months`. Inside a
 * transaction that made the stages and has the matches locked, or alone.
 */
export async function updateCurrentMatches(
  client: pg.ClientBase,
  matchIds: readonly number[],
): Promise<void> {
  await client.query(
    `create temporary table current_matches on commit drop as
     select c.*, s.match_minute as minute
     from match_states($1, 'infinity') c
     ${minuteOfPlay}`,
    [matchIds],
  );
  await markRepriced(client, matchIds);
  for (const statement of statements) await client.query(statement);
  await updateConflictFindings(client, matchIds);
}
