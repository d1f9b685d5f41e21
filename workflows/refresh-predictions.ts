import { proxyActivities, sleep } from '@temporalio/workflow';
import type { createRefreshPredictionsActivities } from '../activities/refresh-predictions.js';
import {
  RefreshPredictionsInput,
  type RefreshPredictionsResult,
} from '../schemas/jobs/refresh-predictions.js';
import { predictionActivity, streamingActivity } from './activity-options.js';
import { bringSilverToGold } from './bring-to-gold.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { workflowTime } from './workflow-time.js';

type Refresh = ReturnType<typeof createRefreshPredictionsActivities>;
const { awaitPriceNews } = proxyActivities<Refresh>(streamingActivity);
const { predictRepriced } = proxyActivities<Refresh>(predictionActivity);

/** A match is predicted anew no more often than this. */
const leastBetweenRounds = 20_000;
/** Gold is the house's largest work: of the time that rounds take, twice as much is left to others. */
const restAfter = (tookMs: number): number => Math.max(leastBetweenRounds - tookMs, 2 * tookMs);

/**
 * Has price changes of matches near their kick-off reach the online store and the predictions, for so long: silver to the lake, gold, features online, a
 * prediction of each. What changes while a round is under way is the next one's, however much of it comes.
 */
export async function refreshPredictions(input: RefreshPredictionsInput): Promise<RefreshPredictionsResult> {
  const { forSeconds } = readJobInput(RefreshPredictionsInput, input);
  const until = workflowTime() + forSeconds * 1_000;
  const report = reportProgress({ phase: 'await-prices', unit: 'predictions' });
  let total: RefreshPredictionsResult = { result: { outcome: 'succeeded' }, rounds: 0, made: 0, stored: 0 };
  while (workflowTime() < until) {
    report({ phase: 'await-prices', done: total.made });
    const { news } = await awaitPriceNews({ forMs: until - workflowTime() });
    if (news.length === 0) break;
    const begun = workflowTime();
    await bringSilverToGold(report);
    report({ phase: 'predict', done: total.made });
    const { result, made, stored } = await predictRepriced({ news });
    total = {
      ...{ result, rounds: total.rounds + 1 },
      ...{ made: total.made + made, stored: total.stored + stored },
    };
    await sleep(restAfter(workflowTime() - begun));
  }
  return total;
}
