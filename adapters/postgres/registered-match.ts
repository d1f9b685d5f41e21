import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Row } from './row.js';

interface RegisteredColumns {
  readonly matchId: 'match_registry.id';
  readonly leagueId: 'match_registry.league_id';
  readonly league: 'leagues.code';
  readonly season: 'match_registry.season';
  readonly homeTeamId: 'match_registry.home_team_id';
  readonly home: 'teams.name';
  readonly awayTeamId: 'match_registry.away_team_id';
  readonly away: 'teams.name';
}

/** What a match is whatever is known of it (FEAT-1). */
export type RegisteredMatch = Row<RegisteredColumns>;

/** A match by its id; undefined where there is none. */
export async function readRegisteredMatch(
  pool: pg.Pool,
  matchId: number,
): Promise<RegisteredMatch | undefined> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<RegisteredColumns>>(
      `select r.id as "matchId", r.league_id as "leagueId", l.code as league, r.season, r.home_team_id as "homeTeamId", h.name as home,
         r.away_team_id as "awayTeamId", a.name as away
       from match_registry r join leagues l on l.id = r.league_id
       join teams h on h.id = r.home_team_id join teams a on a.id = r.away_team_id where r.id = $1`,
      [matchId],
    ),
  );
  return rows[0];
}
