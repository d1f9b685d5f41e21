import { workflowInfo, type WorkflowInboundCallsInterceptor } from '@temporalio/workflow';
import { jobFailure } from '../schemas/jobs/failure.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import { isSkip } from './source-outcome.js';

/** What Temporal writes on a run that a schedule has started. */
const scheduledBy = 'TemporalScheduledById';

/**
 * A job that a schedule has started and whose prerequisite is missing is skipped, with its reason, instead of failing hour after hour in an empty house
 * (SCH-6). A person who asks for the job is told that it cannot be done, and what to do first.
 */
export const scheduledSkip: WorkflowInboundCallsInterceptor = {
  async execute(input, next) {
    try {
      return await next(input);
    } catch (error) {
      const failure = jobFailure(error);
      if (!isScheduled() || !isSkip(failure)) throw error;
      const result: JobOutcome = { outcome: 'skipped', reason: failure.message };
      return { result };
    }
  },
};

const isScheduled = (): boolean =>
  workflowInfo()
    .typedSearchAttributes.getAll()
    .some(({ key }) => key.name === scheduledBy);
