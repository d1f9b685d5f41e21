import type pg from 'pg';
import { readMatchStandings, type MatchStanding } from '../adapters/postgres/match-standings.js';
import type { Instant } from '../schemas/values.js';

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
  const standings = await readMatchStandings(pool, matchIds, now);
  return new Map(
    [...standings].map(([matchId, standing]) => [
      matchId,
      { kickOff: standing.kickOff, state: stateOf(standing, now) },
    ]),
  );
}

function stateOf({ kickOff, status, sourcePresent }: MatchStanding, now: Instant): Standing['state'] {
  if (kickOff <= now) return 'begun';
  return sourcePresent && (status === 'scheduled' || status === 'postponed') ? 'ahead' : 'called_off';
}
