import type pg from 'pg';
import type { Computed, Present, Row } from '../row.js';
import { externalTeamId, type SourceName } from './team-directory.js';

/** The payloads in whose key one of the names stands: sources in $1, in the form of `team_external_ids.external_id` in $2. */
const payloadsNamed = `unnest($1::text[], $2::text[]) as n (data_source, external_id)
  join league_external_ids v on v.data_source = n.data_source
  join leagues l on l.id = v.league_id and starts_with(n.external_id, l.country || '/')
  join raw_match_data r on r.data_source = n.data_source and split_part(r.external_match_id, '/', 1) = v.external_id
    and replace(substr(n.external_id, length(l.country) + 2), '/', U&'\\2215')
      in (split_part(r.external_match_id, '/', 3), split_part(r.external_match_id, '/', 4))`;

const columns = (names: readonly SourceName[]): [string[], string[]] => [
  names.map(({ dataSource }) => dataSource),
  names.map(externalTeamId),
];

interface SourceKeyColumns {
  readonly dataSource: 'raw_match_data.data_source' | 'match_external_ids.data_source';
  readonly key: Present<'raw_match_data.external_match_id'> | 'match_external_ids.external_id';
  readonly matchId: 'match_external_ids.match_id' | null;
}

/** A key of a source, and the match that it bears; null where it bears none yet. */
export type SourceKey = Row<SourceKeyColumns>;

/** Every key in which one of these names stands, and every other key of the same matches. */
export async function keysOfNames(client: pg.ClientBase, names: readonly SourceName[]): Promise<SourceKey[]> {
  const { rows } = await client.query<Row<SourceKeyColumns>>(
    `with ours as (
       select distinct r.data_source, r.external_match_id as key, x.match_id
       from ${payloadsNamed}
       left join match_external_ids x on x.data_source = r.data_source and x.external_id = r.external_match_id
     )
     select data_source as "dataSource", key, match_id as "matchId" from ours
     union
     select x.data_source, x.external_id, x.match_id
     from match_external_ids x where x.match_id in (select match_id from ours)
     order by 1, 2`,
    columns(names),
  );
  return rows;
}

/** Where a name plays by its source: the source's divisions and seasons. */
export async function whereNamePlays(
  client: pg.ClientBase,
  name: SourceName,
): Promise<{ readonly divisions: string[]; readonly seasons: string[] }> {
  const { rows } = await client.query<Row<{ divisions: Computed<string[]>; seasons: Computed<string[]> }>>(
    `select coalesce(array_agg(distinct split_part(r.external_match_id, '/', 1)), '{}') as divisions,
       coalesce(array_agg(distinct split_part(r.external_match_id, '/', 2)), '{}') as seasons
     from ${payloadsNamed}`,
    columns([name]),
  );
  return rows[0] ?? { divisions: [], seasons: [] };
}

/** Sets the held payloads that speak of a name to pending again. Returns how many of its payloads are pending then. */
export async function refineHeldOf(client: pg.ClientBase, name: SourceName): Promise<number> {
  const { rows } = await client.query<Row<{ pending: Computed<number> }>>(
    `with waiting as (
       select r.id, r.process_status from ${payloadsNamed}
       where r.process_status in ('held', 'pending') and r.match_time is not null
       order by r.id for no key update of r
     ), again as (
       update raw_match_data r set process_status = 'pending', processed = false, process_error = null
       from waiting where r.id = waiting.id and waiting.process_status = 'held'
     )
     select count(*) as pending from waiting`,
    columns([name]),
  );
  return rows[0]?.pending ?? 0;
}

/** Takes from each of these keys a match whose teams are not those that its names mean: refine finds it the right one. */
export async function unbearMisnamed(client: pg.ClientBase, keys: readonly SourceKey[]): Promise<void> {
  await client.query(
    `with named as (
       select k.data_source, k.key, h.team_id as home_team_id, a.team_id as away_team_id
       from unnest($1::text[], $2::text[]) as k (data_source, key)
       join league_external_ids v on v.data_source = k.data_source and v.external_id = split_part(k.key, '/', 1)
       join leagues l on l.id = v.league_id
       left join team_external_ids h on h.data_source = k.data_source
         and h.external_id = l.country || '/' || replace(split_part(k.key, '/', 3), U&'\\2215', '/')
       left join team_external_ids a on a.data_source = k.data_source
         and a.external_id = l.country || '/' || replace(split_part(k.key, '/', 4), U&'\\2215', '/')
     )
     delete from match_external_ids x
     using named n, match_registry r
     where n.data_source = x.data_source and n.key = x.external_id and r.id = x.match_id
       and (n.home_team_id, n.away_team_id) is distinct from (r.home_team_id, r.away_team_id)`,
    [keys.map(({ dataSource }) => dataSource), keys.map(({ key }) => key)],
  );
}
