import type pg from 'pg';
import type { RecordName, WatchedTable } from '../../../schemas/records/anomaly.js';
import type { Computed, Row } from '../row.js';

/** The result of the match called `match`, as a detection names it. */
export const resultOf = (match: string): string =>
  `concat_ws(' ', ${match}.home_score || '-' || ${match}.away_score, ${match}.home_ht_score || '-' || ${match}.away_ht_score)`;

/** Of which match, and of odds whose word, the rows of these ids are; of a look's prices as they were read for it. */
const names: Readonly<Record<WatchedTable, string>> = {
  matches: `
    select m.id, m.id as "matchId", null as "dataSource", null as bookmaker, null as "collectedAt", null as "recordedAt", ${resultOf('m')} as result
    from matches m where m.id = any($1::bigint[])`,
  odds: `
    select q.id, q.match_id as "matchId", q.data_source as "dataSource", q.bookmaker,
      to_jsonb(q.collected_at) #>> '{}' as "collectedAt", to_jsonb(q.recorded_at) #>> '{}' as "recordedAt", null as result
    from watched_quotes q where q.id = any($1::bigint[])`,
  predictions: `
    select p.id, p.match_id as "matchId", null as "dataSource", null as bookmaker, null as "collectedAt", null as "recordedAt", null as result
    from predictions p where p.id = any($1::bigint[])`,
};

type NameColumns = {
  readonly [Name in keyof RecordName]: Computed<RecordName[Name]>;
} & { readonly id: Computed<number> };

/** What names the rows of these ids for good, by id. Of prices inside the look that read them alone. */
export async function namesOfRows(
  client: pg.ClientBase,
  table: WatchedTable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, RecordName>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<Row<NameColumns>>(names[table], [ids]);
  return new Map(rows.map(({ id, ...name }) => [id, name]));
}

interface MatchNameColumns {
  readonly id: 'match_registry.id';
  readonly home: 'teams.name';
  readonly away: 'teams.name';
  readonly league: 'leagues.code';
  readonly kickoff: 'match_registry.match_time';
}

/** Who meets whom, and when. */
export type MatchName = Row<MatchNameColumns>;

/** The matches of these ids, by id. */
export async function namesOfMatches(
  client: pg.Pool | pg.ClientBase,
  matchIds: readonly (number | null)[],
): Promise<ReadonlyMap<number, MatchName>> {
  const { rows } = await client.query<Row<MatchNameColumns>>(
    `select r.id, h.name as home, a.name as away, l.code as league, r.match_time as kickoff
     from match_registry r
     join teams h on h.id = r.home_team_id
     join teams a on a.id = r.away_team_id
     join leagues l on l.id = r.league_id
     where r.id = any($1::bigint[])`,
    [matchIds.filter((id) => id !== null)],
  );
  return new Map(rows.map((match) => [match.id, match]));
}
