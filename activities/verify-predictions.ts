import type pg from 'pg';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { verifyPredictions } from '../adapters/postgres/verify-predictions.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import type { VerifyPredictionsResult } from '../schemas/jobs/follow-match.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import { heartbeating } from './heartbeating.js';

/** An activity that holds predictions against what happened. */
export function createVerifyPredictionsActivities({ pool }: { readonly pool: pg.Pool }) {
  return {
    /** Verifies the predictions of one match, or of every match that has begun; again where a result was corrected since. */
    async verifyPredictions({
      matchId,
      clock,
    }: {
      readonly matchId?: number;
      readonly clock?: SimulatedClock;
    }): Promise<VerifyPredictionsResult> {
      const at = nowBy(clock, Date.now());
      const about = matchId === undefined ? { at } : { matchId, at };
      return await heartbeating(async () => ({
        verified: await reachingPostgres(() => verifyPredictions(pool, about)),
      }));
    },
  };
}
