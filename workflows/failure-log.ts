import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  ContinueAsNew,
  isCancellation,
  proxyActivities,
  TerminatedFailure,
  TimeoutFailure,
  workflowInfo,
  type WorkflowInboundCallsInterceptor,
} from '@temporalio/workflow';
import type { createJobFailureActivities } from '../activities/job-failure.js';
import { FailureDetails, jobFailure } from '../schemas/jobs/failure.js';
import { isStartedByHouse } from '../schemas/jobs/started-by.js';
import { isSkip } from './source-outcome.js';

/** A job that has failed does not wait long for its line. */
const { recordJobFailure } = proxyActivities<ReturnType<typeof createJobFailureActivities>>({
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '1 minute',
});

/**
 * Keeps the failures of workflows themselves in the error log (an input that is refused, a bug, a step that
 * timed out because its worker was gone). What an activity or a child said has its line already; but where a step was skipped, that line is no final
 * one, and the run that ends with it has one of its own.
 */
export const failureLog: WorkflowInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      if (!isKnown(error) || isRefused(error)) await record(error);
      throw error;
    }
  },
};

/** Whether another line says why, or there is nothing to say. */
export function isKnown(error: unknown): boolean {
  if (error instanceof ContinueAsNew || isCancellation(error)) return true;
  if (error instanceof ApplicationFailure) {
    return FailureDetails.safeParse(error.details?.[0]).data?.logged === true;
  }
  if (error instanceof ActivityFailure) return error.cause instanceof ApplicationFailure;
  if (!(error instanceof ChildWorkflowFailure)) return false;
  return !(error.cause instanceof TerminatedFailure || error.cause instanceof TimeoutFailure);
}

/**
 * Whether a run that a person asked for ends for want of what has to be there before it, or of budget: whoever waits for it waits in vain. One
 * that a schedule has started is skipped, and does not fail; for one that the house has started nobody waits.
 */
function isRefused(error: unknown): boolean {
  const failure = jobFailure(error);
  // A provider that refuses for its quota has been asked: the step has failed.
  const { parent, memo } = workflowInfo();
  return parent === undefined && !isStartedByHouse(memo) && isSkip(failure);
}

/** The failure itself is what counts: it goes on whether or not its line could be written. */
async function record(error: unknown): Promise<void> {
  const failure = { workflowType: workflowInfo().workflowType, ...jobFailure(error) };
  await CancellationScope.nonCancellable(() => recordJobFailure(failure)).catch(() => undefined);
}
