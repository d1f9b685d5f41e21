import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  continueAsNew,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { createProcessStreamsActivities } from '../activities/process-streams.js';
import type { createRefineBronzeActivities } from '../activities/refine-bronze.js';
import type { createRefinePricesActivities } from '../activities/refine-prices.js';
import { ProcessStreamsInput, type ProcessStreamsResult } from '../schemas/jobs/streams.js';
import { longActivity, shortActivity, streamingActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import type { refreshPredictions } from './refresh-predictions.js';
import { workflowTime } from './workflow-time.js';

type Process = ReturnType<typeof createProcessStreamsActivities>;
const { sendStreamedScores } = proxyActivities<Process>(shortActivity);
const { awaitPending } = proxyActivities<Process>(streamingActivity);
const { prepareSilver, refineBatch } =
  proxyActivities<ReturnType<typeof createRefineBronzeActivities>>(longActivity);
const { refinePrices } = proxyActivities<ReturnType<typeof createRefinePricesActivities>>(longActivity);

const payloadsPerBatch = 4_000;
const pricesPerBatch = 500;

/** One at a time makes predictions anew where prices have changed: it has this id. */
const refresherId = 'prediction-refresher';
/** How soon somebody else begins where it has ended. */
const refresherBegunAgainMs = 60_000;

/**
 * Brings what is pending to silver as it comes, for so long: bronze to silver as a stream (STRM-12). Where much comes its history grows long before its
 * time is over; it then goes on as another run.
 */
export async function processStreams(input: ProcessStreamsInput): Promise<ProcessStreamsResult> {
  const { forSeconds, soFar } = readJobInput(ProcessStreamsInput, input);
  const until = workflowTime() + forSeconds * 1_000;
  const total = { claimed: 0, held: 0, ...soFar };
  const report = reportProgress({ phase: 'process', unit: 'payloads', done: total.claimed });
  if (soFar === undefined) await prepareSilver({});
  let refresherDue = workflowTime();
  while (workflowTime() < until) {
    if (workflowTime() >= refresherDue) {
      await beginRefresher(until);
      refresherDue = workflowTime() + refresherBegunAgainMs;
    }
    if (workflowInfo().continueAsNewSuggested) {
      const secondsLeft = Math.max(1, Math.ceil((until - workflowTime()) / 1_000));
      return await continueAsNew<typeof processStreams>({ forSeconds: secondsLeft, soFar: total });
    }
    await sendStreamedScores();
    const matches = await refineBatch({ limit: payloadsPerBatch });
    const prices = await refinePrices({ limit: pricesPerBatch });
    total.claimed += matches.claimed + prices.claimed;
    total.held += matches.held + prices.held;
    report({ done: total.claimed });
    if (matches.claimed + prices.claimed + prices.matches > 0) continue;
    await awaitPending({ forMs: Math.max(1, until - workflowTime()) });
  }
  return { result: { outcome: 'succeeded' }, ...total };
}

/** It goes on by itself: what becomes of it is nothing to who brings prices to silver. */
async function beginRefresher(until: number): Promise<void> {
  const forSeconds = Math.max(1, Math.ceil((until - workflowTime()) / 1_000));
  try {
    await startChild<typeof refreshPredictions>('refreshPredictions', {
      ...{ workflowId: refresherId, parentClosePolicy: ParentClosePolicy.ABANDON },
      args: [{ forSeconds }],
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
