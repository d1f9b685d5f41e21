import { continueAsNew, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createRefineBronzeActivities } from '../activities/refine-bronze.js';
import { RefineInput, type RefineResult } from '../schemas/jobs/refine.js';
import { longActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { prepareSilver, refineBatch } =
  proxyActivities<ReturnType<typeof createRefineBronzeActivities>>(longActivity);

const payloadsPerBatch = 4_000;
const batchesInFlight = 2;

/** Brings pending bronze payloads to silver, batch by batch, until none is left. */
export async function refine(input: RefineInput): Promise<RefineResult> {
  const { soFar } = readJobInput(RefineInput, input);
  const total = { claimed: 0, done: 0, held: 0, ...soFar };
  const report = reportProgress({ phase: 'refine', unit: 'payloads', done: total.claimed });

  await prepareSilver({});

  // A lane that finds nothing has either finished the work or left the rest to the batch in flight beside it.
  const lane = async (): Promise<'nothing left' | 'history is long'> => {
    while (!workflowInfo().continueAsNewSuggested) {
      const batch = await refineBatch({ limit: payloadsPerBatch });
      if (batch.claimed === 0) return 'nothing left';
      total.claimed += batch.claimed;
      total.done += batch.done;
      total.held += batch.held;
      report({ done: total.claimed });
    }
    return 'history is long';
  };
  const ends = await Promise.all(Array.from({ length: batchesInFlight }, lane));
  if (ends.includes('history is long')) await continueAsNew<typeof refine>({ soFar: total });
  return total;
}
