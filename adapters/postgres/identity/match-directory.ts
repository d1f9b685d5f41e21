import type pg from 'pg';

/** League, season and teams: what a match shares with its repeats. */
export interface RegisteredPairing {
  readonly leagueId: number;
  readonly season: string;
  readonly homeTeamId: number;
  readonly awayTeamId: number;
}

/** The matches that these keys of a source bear, by key; keys that bear none yet are missing. */
export async function matchIdsOf(
  client: pg.ClientBase,
  dataSource: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ key: string; matchId: number }>(
    `select external_id as key, match_id as "matchId" from match_external_ids
     where data_source = $1 and external_id = any($2::text[])`,
    [dataSource, keys],
  );
  return new Map(rows.map(({ key, matchId }) => [key, matchId]));
}

export interface RegisteredMeeting {
  readonly pairingNo: number;
  readonly id: number;
  readonly ordinal: number;
  /** The day in the league's zone. */
  readonly date: string;
  /** Some key of the source bears it. */
  readonly isMapped: boolean;
}

/** The registered matches of these pairings; `pairingNo` is the place of the pairing in the list. */
export async function meetingsOf(
  client: pg.ClientBase,
  dataSource: string,
  pairings: readonly RegisteredPairing[],
): Promise<RegisteredMeeting[]> {
  const { rows } = await client.query<RegisteredMeeting>(
    `select (p.no - 1)::integer as "pairingNo", r.id, r.ordinal,
       to_char(r.match_time at time zone l.time_zone, 'YYYY-MM-DD') as date,
       exists (select from match_external_ids x where x.match_id = r.id and x.data_source = $1) as "isMapped"
     from unnest($2::integer[], $3::text[], $4::integer[], $5::integer[])
       with ordinality as p (league_id, season, home_team_id, away_team_id, no)
     join match_registry r using (league_id, season, home_team_id, away_team_id)
     join leagues l on l.id = r.league_id
     order by 1, r.ordinal`,
    [dataSource, ...pairingColumns(pairings)],
  );
  return rows;
}

export interface NewMatch extends RegisteredPairing {
  readonly ordinal: number;
  readonly matchTime: string;
}

/**
 * Registers matches, in the order of their identity so that two batches never wait for each other in a circle. Returns their ids in the
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
  const made = await client.query<{ id: number }>(
    `insert into match_registry (league_id, season, home_team_id, away_team_id, ordinal, match_time)
     select league_id, season, home_team_id, away_team_id, ordinal, match_time
     from (
       select distinct on (league_id, season, home_team_id, away_team_id, ordinal) w.*
       from ${wanted} order by league_id, season, home_team_id, away_team_id, ordinal, match_time
     ) as w
     on conflict on constraint uq_match_registry_identity do nothing
     returning id`,
    columns,
  );
  const { rows } = await client.query<{ id: number }>(
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

/** Says which match each key of a source bears. A key that bears one already keeps it. */
export async function bearMatches(
  client: pg.ClientBase,
  dataSource: string,
  borne: readonly { readonly key: string; readonly matchId: number }[],
): Promise<void> {
  await client.query(
    `insert into match_external_ids (data_source, external_id, match_id)
     select $1, key, match_id from unnest($2::text[], $3::bigint[]) as b (key, match_id)
     order by key
     on conflict do nothing`,
    [dataSource, borne.map(({ key }) => key), borne.map(({ matchId }) => matchId)],
  );
}

const pairingColumns = (pairings: readonly RegisteredPairing[]): [number[], string[], number[], number[]] => [
  pairings.map(({ leagueId }) => leagueId),
  pairings.map(({ season }) => season),
  pairings.map(({ homeTeamId }) => homeTeamId),
  pairings.map(({ awayTeamId }) => awayTeamId),
];
