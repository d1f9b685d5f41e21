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

/** A job that has failed does not wait long for its line. */
const { recordJobFailure } = proxyActivities<ReturnType<typeof createJobFailureActivities>>({
  startToCloseTimeout: '10 seconds',
  scheduleToCloseTimeout: '1 minute',
});

/**
 * Keeps the failures of workflows themselves in the error log (an input that is refused, a bug, a step that
 * timed out because its worker was gone). What an activity or a child said has its line already.
 */
export const failureLog: WorkflowInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      if (!isKnown(error)) await record(error);
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

/** The failure itself is what counts: it goes on whether or not its line could be written. */
async function record(error: unknown): Promise<void> {
  const failure = { workflowType: workflowInfo().workflowType, ...jobFailure(error) };
  await CancellationScope.nonCancellable(() => recordJobFailure(failure)).catch(() => undefined);
}
