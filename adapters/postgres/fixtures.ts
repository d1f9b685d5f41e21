import type pg from 'pg';
import { z } from 'zod';
import { KickoffPrecision, MatchStatus } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';
import { rowsFromCursor } from './cursor.js';

const Score = z.number().int().nullable();

/** A match in one line, as it is or was known. */
export const Fixture = z.object({
  matchId: z.number().int(),
  league: z.string(),
  season: z.string(),
  homeTeamId: z.number().int(),
  home: z.string(),
  awayTeamId: z.number().int(),
  away: z.string(),
  kickOff: z.date(),
  precision: KickoffPrecision,
  status: MatchStatus,
  homeScore: Score,
  awayScore: Score,
  venue: z.string().nullable(),
});
export type Fixture = z.infer<typeof Fixture>;

/** A place in the list of fixtures, which goes by kick-off and id. */
export interface FixturePlace {
  readonly kickOff: Date;
  readonly matchId: number;
}

/** Which fixtures are meant; what is not given does not matter. Kick-offs from the one instant until, and without, the other. */
export interface FixtureFilter {
  readonly from: Date;
  readonly until: Date;
  readonly leagues?: readonly string[] | undefined;
  readonly teamId?: number | undefined;
  readonly status?: MatchStatus | undefined;
  /** Those that come after it. */
  readonly after?: FixturePlace | undefined;
}

const columns = `r.id as "matchId", l.code as league, r.season, r.home_team_id as "homeTeamId", h.name as home,
  r.away_team_id as "awayTeamId", a.name as away, s.match_time as "kickOff", s.kickoff_precision as precision,
  s.match_status as status, s.home_score as "homeScore", s.away_score as "awayScore", s.venue`;

const names = `join leagues l on l.id = r.league_id
  join teams h on h.id = r.home_team_id join teams a on a.id = r.away_team_id`;

const passes = `s.match_time >= $1 and s.match_time < $2 and s.source_present
  and ($3::text[] is null or l.code = any($3)) and ($4::bigint is null or $4 in (r.home_team_id, r.away_team_id))
  and ($5::text is null or s.match_status = $5)
  and ($6::timestamptz is null or (s.match_time, r.id) > ($6, $7::bigint))
  order by s.match_time, r.id limit $8`;

/** As everything known makes them: the rows of `matches`. */
const known = `select ${columns} from matches s join match_registry r on r.id = s.id ${names} where ${passes}`;

/** As they were known: of each match that any source had placed there by then. */
const knownThen = `with placed as (
    select distinct match_id from fixture_revisions where match_time >= $1 and match_time < $2 and known_at <= $9
  )
  select ${columns} from match_states(array(select match_id from placed), $9) s
  join match_registry r on r.id = s.match_id ${names} where ${passes}`;

/** The SELECT that answers a filter, and what it is asked with. */
function selectOf(
  { from, until, leagues, teamId, status, after }: FixtureFilter,
  limit: number | null,
  asOf: Date | 'infinity',
): readonly [select: string, values: readonly unknown[]] {
  const values = [
    ...[from, until, leagues ?? null, teamId ?? null, status ?? null],
    ...[after?.kickOff ?? null, after?.matchId ?? null, limit],
  ];
  return asOf === 'infinity' ? [known, values] : [knownThen, [...values, asOf]];
}

/** Fixtures by kick-off, as known at an instant, the first so many; those that no source has any more are left out. */
export async function listFixtures(
  pool: pg.Pool,
  { limit, ...filter }: FixtureFilter & { readonly limit: number },
  asOf: Date | 'infinity' = 'infinity',
): Promise<Fixture[]> {
  const [select, values] = selectOf(filter, limit, asOf);
  const { rows } = await reachingPostgres(() => pool.query(select, [...values]));
  return rows.map((row) => Fixture.parse(row));
}

/** The same without an end, as they are taken; as {@link rowsFromCursor}. */
export async function* streamFixtures(
  pool: pg.Pool,
  filter: FixtureFilter,
  asOf: Date | 'infinity' = 'infinity',
): AsyncGenerator<Fixture, void, undefined> {
  for await (const row of rowsFromCursor(pool, ...selectOf(filter, null, asOf))) yield Fixture.parse(row);
}
