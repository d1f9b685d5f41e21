import type pg from 'pg';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { readMatchStates, type MatchState } from '../adapters/postgres/match-states.js';
import { instant, type Instant } from '../schemas/values.js';

/** Whether a match can still be predicted, and when it begins, as it is known now. */
export interface Standing {
  readonly kickOff: Instant;
  readonly state: 'ahead' | 'begun' | 'called_off';
}

/**
 * Where matches stand as known at an instant, by their ids: what was published may have moved since, or been called off. One that nobody knew by then is not there.
 * @throws DependencyAway where Postgres is away
 */
export async function readStandings(
  pool: pg.Pool,
  matchIds: readonly number[],
  now: Instant,
): Promise<ReadonlyMap<number, Standing>> {
  const states = await reachingPostgres(() => readMatchStates(pool, matchIds, new Date(now)));
  return new Map(
    [...states].map(([matchId, state]) => [
      matchId,
      { kickOff: instant(state.matchTime.getTime()), state: stateOf(state, now) },
    ]),
  );
}

function stateOf({ matchTime, matchStatus, sourcePresent }: MatchState, now: Instant): Standing['state'] {
  if (matchTime.getTime() <= now) return 'begun';
  return sourcePresent && (matchStatus === 'scheduled' || matchStatus === 'postponed')
    ? 'ahead'
    : 'called_off';
}
