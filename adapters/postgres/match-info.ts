import type pg from 'pg';
import { MatchInfo } from '../../schemas/features/match-features.js';
import { instant, toIso, type Instant, type MatchStatus } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

interface InfoColumns {
  readonly match_id: 'match_registry.id';
  readonly home_team_id: 'match_registry.home_team_id';
  readonly away_team_id: 'match_registry.away_team_id';
  readonly league_id: 'match_registry.league_id';
  readonly season: 'match_registry.season';
  readonly match_time: Computed<Date>;
  readonly match_status: Computed<MatchStatus>;
}

/** A match as an entity, its kick-off and status as known at an instant; undefined where nobody knew it by then. Throws DependencyAway where Postgres is away. */
export async function readMatchInfo(
  pool: pg.Pool,
  matchId: number,
  asOf: Instant,
): Promise<MatchInfo | undefined> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<InfoColumns>>(
      `select r.id as match_id, r.home_team_id, r.away_team_id, r.league_id, r.season, s.match_time, s.match_status
       from match_registry r join match_states(array[$1::bigint], $2::timestamptz) s on s.match_id = r.id`,
      [matchId, toIso(asOf)],
    ),
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return MatchInfo.parse({ ...row, match_time: toIso(instant(row.match_time.getTime())) });
}
