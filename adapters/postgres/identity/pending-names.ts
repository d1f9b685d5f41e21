import type pg from 'pg';
import type { Computed, Row } from '../row.js';
import { suggestionKey } from './suggestions.js';

interface PendingNameColumns {
  readonly dataSource: 'raw_match_data.data_source';
  /** The league as the source names it. */
  readonly division: Computed<string>;
  readonly leagueId: 'leagues.id';
  readonly country: 'leagues.country';
  readonly season: Computed<string>;
  readonly name: Computed<string>;
}

/** A name in the keys of pending payloads that means no team yet. In the form of keys. */
export type PendingName = Row<PendingNameColumns>;

/**
 * Every name of pending payloads that means no team yet, by league and season. Rows of unknown leagues are left out, and names that
 * somebody has taken up: no rule decides those any more.
 */
export async function pendingNames(client: pg.ClientBase): Promise<PendingName[]> {
  const { rows } = await client.query<Row<PendingNameColumns>>(
    `with pairings as materialized (
       select distinct data_source, split_part(external_match_id, '/', 1) as division,
         split_part(external_match_id, '/', 2) as season, side.name
       from raw_match_data
       cross join lateral (values (split_part(external_match_id, '/', 3)), (split_part(external_match_id, '/', 4))) as side (name)
       where process_status = 'pending' and match_time is not null
     )
     select p.data_source as "dataSource", p.division, p.season, p.name, l.id as "leagueId", l.country
     from pairings p
     join league_external_ids x on x.data_source = p.data_source and x.external_id = p.division
     join leagues l on l.id = x.league_id
     where not exists (
       select from team_external_ids t
       where t.data_source = p.data_source and t.external_id = l.country || '/' || replace(p.name, U&'\\2215', '/'))
       and not exists (
         select from data_quality_logs q
         where q.finding_key = ${suggestionKey('p.data_source', `l.country || '/' || replace(p.name, U&'\\2215', '/')`)}
           and q.handled_at is not null and q.status <> 'resolved')
     order by p.data_source, l.country, p.division, p.season, p.name`,
  );
  return rows;
}

/** A season of a league. */
export interface LeagueSeason {
  readonly leagueId: number;
  readonly season: string;
}

interface ToldFixtureColumns {
  readonly dataSource: 'league_external_ids.data_source';
  readonly leagueId: 'leagues.id';
  readonly season: Computed<string>;
  /** The day in the league's zone. */
  readonly date: Computed<string>;
  /** In the form of keys. */
  readonly home: Computed<string>;
  readonly away: Computed<string>;
  /** Null where the name means no team yet. */
  readonly homeTeamId: 'team_external_ids.team_id' | null;
  readonly awayTeamId: 'team_external_ids.team_id' | null;
}

/** A fixture as a source tells it. */
export type ToldFixture = Row<ToldFixtureColumns>;

/** What every source tells of these seasons, by the latest version of each key that could be read: of such rows come the pending names. */
export async function toldFixtures(
  client: pg.ClientBase,
  seasons: readonly LeagueSeason[],
): Promise<ToldFixture[]> {
  const { rows } = await client.query<Row<ToldFixtureColumns>>(
    `select x.data_source as "dataSource", l.id as "leagueId", s.season,
       to_char(k.match_time at time zone l.time_zone, 'YYYY-MM-DD') as date, k.home, k.away,
       h.team_id as "homeTeamId", a.team_id as "awayTeamId"
     from unnest($1::integer[], $2::text[]) as s (league_id, season)
     join leagues l on l.id = s.league_id
     join league_external_ids x on x.league_id = l.id
     cross join lateral (
       select distinct on (r.external_match_id) r.match_time,
         split_part(r.external_match_id, '/', 3) as home, split_part(r.external_match_id, '/', 4) as away
       from raw_match_data r
       where r.data_source = x.data_source
         and r.external_match_id >= (x.external_id || '/' || s.season || '/') collate "C"
         and r.external_match_id < (x.external_id || '/' || s.season || '0') collate "C"
         and r.match_time is not null
       order by r.external_match_id, r.id desc
     ) as k
     left join team_external_ids h
       on h.data_source = x.data_source and h.external_id = l.country || '/' || replace(k.home, U&'\\2215', '/')
     left join team_external_ids a
       on a.data_source = x.data_source and a.external_id = l.country || '/' || replace(k.away, U&'\\2215', '/')
     order by 1, 2, 3, 4, 5, 6`,
    [seasons.map(({ leagueId }) => leagueId), seasons.map(({ season }) => season)],
  );
  return rows;
}
