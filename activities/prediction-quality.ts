import type pg from 'pg';
import { readCoverage, readDaily, readVerified } from '../adapters/postgres/verified-predictions.js';
import { judgePredictions, suspectedLeaks, type PredictionLeak } from '../domain/model/judge-predictions.js';
import type { PredictionQuality } from '../schemas/records/prediction-quality.js';
import { instant, type Instant } from '../schemas/values.js';

const day = 86_400_000;
const longestWindow = 30 * day;
/** Days that are counted one by one, today included. */
const countedDays = 7;

/** What became of the predictions of the last thirty days, by version, window and league, with coverage and what was stored a day (PRED-6). */
export async function predictionQuality(pool: pg.Pool, now: Instant): Promise<PredictionQuality> {
  const span = { after: instant(now - longestWindow), until: now };
  const [verified, coverage, daily] = await Promise.all([
    readVerified(pool, span),
    readCoverage(pool, span),
    readDaily(pool, instant(now - (countedDays - 1) * day)),
  ]);
  return { rows: judgePredictions(verified, now), coverage, daily };
}

/** The versions whose predictions must have known more than was known, by all that Postgres has of them (COR-27). */
export const predictionLeaks = async (pool: pg.Pool, now: Instant): Promise<PredictionLeak[]> =>
  suspectedLeaks(await readVerified(pool, { after: instant(0), until: now }));
