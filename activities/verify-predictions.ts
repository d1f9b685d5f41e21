import type pg from 'pg';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { keepLeaks, type LeakFinding } from '../adapters/postgres/prediction-leaks.js';
import { verifyPredictions } from '../adapters/postgres/verify-predictions.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import type { PredictionLeak } from '../domain/model/judge-predictions.js';
import type { VerifyPredictionsResult } from '../schemas/jobs/follow-match.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import { instant } from '../schemas/values.js';
import { heartbeating } from './heartbeating.js';
import { predictionLeaks } from './prediction-quality.js';

const findingOf = ({ model, version, played, difference }: PredictionLeak): LeakFinding => ({
  ...{ model, version, played, figures: difference },
  message: `Version ${version} of ${model} beats the average closing price by ${(-difference.mean).toFixed(4)} in log loss (standard error ${difference.standardError.toFixed(4)}, ${difference.n} ${played} matches): it must know more than was known at the cutoff`,
});

/** An activity that holds predictions against what happened. */
export function createVerifyPredictionsActivities({ pool }: { readonly pool: pg.Pool }) {
  return {
    /** Verifies the predictions of one match, or of every match that has begun; again where a result was corrected since. Of every match: asks a person about a version that is better than the closing line by more than can be (COR-27). */
    async verifyPredictions({
      matchId,
      clock,
    }: {
      readonly matchId?: number;
      readonly clock?: SimulatedClock;
    }): Promise<VerifyPredictionsResult> {
      const at = instant(nowBy(clock, Date.now()));
      const about = matchId === undefined ? { at } : { matchId, at };
      return await heartbeating(async () => {
        const verified = await reachingPostgres(() => verifyPredictions(pool, about));
        if (matchId === undefined) await keepLeaks(pool, (await predictionLeaks(pool, at)).map(findingOf));
        return { verified };
      });
    },
  };
}
