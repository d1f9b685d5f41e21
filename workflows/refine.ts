import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createRefineBronzeActivities } from '../activities/refine-bronze.js';
import type { createRefinePricesActivities } from '../activities/refine-prices.js';
import { RefineInput, type RefineResult } from '../schemas/jobs/refine.js';
import { longActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { prepareSilver, refineBatch } =
  proxyActivities<ReturnType<typeof createRefineBronzeActivities>>(longActivity);
const { refinePrices } = proxyActivities<ReturnType<typeof createRefinePricesActivities>>(longActivity);

const payloadsPerBatch = 4_000;
/** A batch tells the prices of their matches whole, so it handles more. */
const pricesPerBatch = 500;
const batchesInFlight = 2;

/**
 * Brings the bronze payloads that are pending when it begins to silver, batch by batch: matches first, then the prices that name them. What is stored meanwhile
 * is left to whoever stores it: under a stream that never pauses, a run would have no end.
 */
export async function refine(input: RefineInput): Promise<RefineResult> {
  const { soFar } = readJobInput(RefineInput, input);
  const prices = { claimed: 0, done: 0, held: 0, ...soFar?.prices };
  const { claimed = 0, done = 0, held = 0 } = soFar ?? {};
  const total = { claimed, done, held, prices };
  const report = reportProgress({ phase: 'refine', unit: 'payloads', done: total.claimed + prices.claimed });

  const prepared = await prepareSilver({});
  const storedBy = soFar?.storedBy ?? prepared?.storedBy;

  // A lane that finds nothing has either finished the work or left the rest to the batch in flight beside it.
  const refineMatches = async (): Promise<number> => {
    const batch = await refineBatch({ limit: payloadsPerBatch, storedBy });
    add(total, batch);
    return batch.claimed;
  };
  const tellPrices = async (): Promise<number> => {
    const batch = await refinePrices({ limit: pricesPerBatch, storedBy });
    add(prices, batch);
    return batch.claimed + batch.matches;
  };
  for (const refineNext of [refineMatches, tellPrices]) {
    const lane = async (): Promise<'nothing left' | 'history is long'> => {
      while (!workflowInfo().continueAsNewSuggested) {
        if ((await refineNext()) === 0) return 'nothing left';
        report({ done: total.claimed + prices.claimed });
      }
      return 'history is long';
    };
    const ends = await Promise.all(Array.from({ length: batchesInFlight }, lane));
    if (ends.includes('history is long'))
      await continueAsNew<typeof refine>({ soFar: { ...total, storedBy } });
  }
  return total;
}

interface Counts {
  claimed: number;
  done: number;
  held: number;
}

function add(total: Counts, batch: Readonly<Counts>): void {
  total.claimed += batch.claimed;
  total.done += batch.done;
  total.held += batch.held;
}
