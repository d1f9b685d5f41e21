import type pg from 'pg';
import type { Computed, Present, Row } from '../row.js';

/** League, season and teams: what a match shares with its repeats. */
export interface RegisteredPairing {
  readonly leagueId: number;
  readonly season: string;
  readonly homeTeamId: number;
  readonly awayTeamId: number;
}

/** A key of a source: what bears a match. */
export interface SourceKey {
  readonly dataSource: string;
  readonly key: string;
}

/** One text for each key, for maps and sets. */
export const keyName = ({ dataSource, key }: SourceKey): string => `${dataSource}\n${key}`;

interface BorneColumns {
  readonly dataSource: 'match_external_ids.data_source';
  readonly key: 'match_external_ids.external_id';
  readonly matchId: 'match_external_ids.match_id';
}

/** A key and the match that it bears. */
export type Borne = Row<BorneColumns>;

/** The matches that these keys bear; keys that bear none yet are missing. */
export async function matchesBorneBy(client: pg.ClientBase, keys: readonly SourceKey[]): Promise<Borne[]> {
  const { rows } = await client.query<Row<BorneColumns>>(
    `select x.data_source as "dataSource", x.external_id as key, x.match_id as "matchId"
     from unnest($1::text[], $2::text[]) as k (data_source, external_id)
     join match_external_ids x using (data_source, external_id)`,
    keyColumns(keys),
  );
  return rows;
}

interface RegisteredMeetingColumns {
  readonly pairingNo: Computed<number>;
  readonly id: 'match_registry.id';
  readonly ordinal: 'match_registry.ordinal';
  /** The day in the league's zone. */
  readonly date: Computed<string>;
  /** The sources of which some key bears it. */
  readonly dataSources: Computed<readonly string[]>;
}

/** A registered match of a pairing. */
export type RegisteredMeeting = Row<RegisteredMeetingColumns>;

/** The registered matches of these pairings; `pairingNo` is the place of the pairing in the list. */
export async function meetingsOf(
  client: pg.ClientBase,
  pairings: readonly RegisteredPairing[],
): Promise<RegisteredMeeting[]> {
  const { rows } = await client.query<Row<RegisteredMeetingColumns>>(
    `select (p.no - 1)::integer as "pairingNo", r.id, r.ordinal,
       to_char(r.match_time at time zone l.time_zone, 'YYYY-MM-DD') as date,
       array(select distinct x.data_source::text from match_external_ids x where x.match_id = r.id) as "dataSources"
     from unnest($1::integer[], $2::text[], $3::integer[], $4::integer[])
       with ordinality as p (league_id, season, home_team_id, away_team_id, no)
     join match_registry r using (league_id, season, home_team_id, away_team_id)
     join leagues l on l.id = r.league_id
     order by 1, r.ordinal`,
    pairingColumns(pairings),
  );
  return rows;
}

interface RepeatedKeyColumns {
  readonly dataSource: 'league_external_ids.data_source';
  readonly key: Present<'raw_match_data.external_match_id'>;
  readonly leagueId: Computed<number>;
  readonly season: Computed<string>;
  readonly homeTeamId: 'team_external_ids.team_id';
  readonly awayTeamId: 'team_external_ids.team_id';
  readonly ordinal: Computed<number>;
  readonly matchTime: Present<'raw_match_data.match_time'>;
  /** The day in the league's zone. */
  readonly date: Computed<string>;
}

/** A key of a pairing that some source tells more than once, by its latest version. */
export type RepeatedKey = Row<RepeatedKeyColumns>;

/** Of the pairings that some source tells more than once in these seasons: every key, of whatever source, that bears no match yet. */
export async function unmappedRepeats(
  client: pg.ClientBase,
  seasons: readonly { readonly leagueId: number; readonly season: string }[],
): Promise<RepeatedKey[]> {
  const { rows } = await client.query<Row<RepeatedKeyColumns>>(
    `with keys as materialized (
       select x.data_source, s.league_id, s.season, l.country, l.time_zone, k.key
       from (select distinct * from unnest($1::integer[], $2::text[]) as s (league_id, season)) as s
       join leagues l on l.id = s.league_id
       join league_external_ids x on x.league_id = l.id
       cross join lateral (
         select distinct r.external_match_id as key
         from raw_match_data r
         where r.data_source = x.data_source
           and r.external_match_id >= (x.external_id || '/' || s.season || '/') collate "C"
           and r.external_match_id < (x.external_id || '/' || s.season || '0') collate "C"
       ) as k
     ), told as materialized (
       select k.*, h.team_id as home_team_id, a.team_id as away_team_id
       from keys k
       join team_external_ids h on h.data_source = k.data_source
         and h.external_id = k.country || '/' || replace(split_part(k.key, '/', 3), U&'\\2215', '/')
       join team_external_ids a on a.data_source = k.data_source
         and a.external_id = k.country || '/' || replace(split_part(k.key, '/', 4), U&'\\2215', '/')
     ), repeated as materialized (
       select distinct league_id, season, home_team_id, away_team_id from told
       group by data_source, league_id, season, home_team_id, away_team_id having count(*) > 1
     )
     select t.data_source as "dataSource", t.key, t.league_id as "leagueId", t.season,
       t.home_team_id as "homeTeamId", t.away_team_id as "awayTeamId",
       split_part(t.key, '/', 5)::integer as ordinal, v.match_time as "matchTime",
       to_char(v.match_time at time zone t.time_zone, 'YYYY-MM-DD') as date
     from repeated
     join told t using (league_id, season, home_team_id, away_team_id)
     cross join lateral (
       select r.match_time from raw_match_data r
       where r.data_source = t.data_source and r.external_match_id = t.key and r.match_time is not null
       order by r.id desc limit 1
     ) as v
     where not exists (
       select from match_external_ids x where x.data_source = t.data_source and x.external_id = t.key)
     order by 1, 2`,
    [seasons.map(({ leagueId }) => leagueId), seasons.map(({ season }) => season)],
  );
  return rows;
}

export interface NewMatch extends RegisteredPairing {
  readonly ordinal: number;
  readonly matchTime: string;
}

/**
 * Registers matches, each once, in the order of their identity so that two batches never wait for each other in a circle. Returns their ids in the
 * order of the list, and which of them this call made: another batch may have registered one first.
 */
export async function registerMatches(
  client: pg.ClientBase,
  matches: readonly NewMatch[],
): Promise<{ readonly ids: readonly number[]; readonly made: ReadonlySet<number> }> {
  const columns = [
    ...pairingColumns(matches),
    matches.map(({ ordinal }) => ordinal),
    matches.map(({ matchTime }) => matchTime),
  ];
  const wanted = `unnest($1::integer[], $2::text[], $3::integer[], $4::integer[], $5::smallint[], $6::timestamptz[])
    with ordinality as w (league_id, season, home_team_id, away_team_id, ordinal, match_time, no)`;
  const made = await client.query<Row<{ id: 'match_registry.id' }>>(
    `insert into match_registry (league_id, season, home_team_id, away_team_id, ordinal, match_time)
     select league_id, season, home_team_id, away_team_id, ordinal, match_time
     from ${wanted} order by league_id, season, home_team_id, away_team_id, ordinal
     on conflict on constraint uq_match_registry_identity do nothing
     returning id`,
    columns,
  );
  const { rows } = await client.query<Row<{ id: 'match_registry.id' }>>(
    `select r.id from ${wanted}
     join match_registry r using (league_id, season, home_team_id, away_team_id, ordinal) order by w.no`,
    columns,
  );
  return { ids: rows.map(({ id }) => id), made: new Set(made.rows.map(({ id }) => id)) };
}

/**
 * Keeps other batches from these matches until the end of the transaction: two batches may hold the same match, each by its own source,
 * and the second has to see what the first said. Before any row of this batch refers to them, in the order of their ids.
 */
export async function lockMatches(client: pg.ClientBase, ids: readonly number[]): Promise<void> {
  await client.query(
    'select from match_registry where id = any($1::bigint[]) order by id for no key update',
    [ids],
  );
}

/**
 * Says which match each key bears. Returns the keys that another batch has given another match since they were looked up: what this
 * batch knows of them is out of date.
 */
export async function bearMatches(client: pg.ClientBase, borne: readonly Borne[]): Promise<Borne[]> {
  const inserted = await client.query(
    `insert into match_external_ids (data_source, external_id, match_id)
     select * from unnest($1::text[], $2::text[], $3::bigint[]) as b (data_source, key, match_id)
     order by data_source, key
     on conflict do nothing`,
    [...keyColumns(borne), borne.map(({ matchId }) => matchId)],
  );
  if (inserted.rowCount === borne.length) return [];
  const wanted = new Map(borne.map((each) => [keyName(each), each.matchId]));
  const kept = await matchesBorneBy(client, borne);
  return kept.filter((each) => wanted.get(keyName(each)) !== each.matchId);
}

const keyColumns = (keys: readonly SourceKey[]): [string[], string[]] => [
  keys.map(({ dataSource }) => dataSource),
  keys.map(({ key }) => key),
];

const pairingColumns = (pairings: readonly RegisteredPairing[]): [number[], string[], number[], number[]] => [
  pairings.map(({ leagueId }) => leagueId),
  pairings.map(({ season }) => season),
  pairings.map(({ homeTeamId }) => homeTeamId),
  pairings.map(({ awayTeamId }) => awayTeamId),
];
