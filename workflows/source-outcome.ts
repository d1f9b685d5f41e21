import { ApplicationFailure } from '@temporalio/workflow';
import type { FailureDetails, JobFailure } from '../schemas/jobs/failure.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';

/** How a source ended that came to nothing: one whose key or quota is missing was skipped; any other error is a failure. */
export function outcomeOfFailure(
  dataSource: string,
  { name, message }: Pick<JobFailure, 'name' | 'message'>,
): JobOutcome & { readonly reason: string } {
  const outcome = name === 'PrerequisiteMissing' || name === 'QuotaExhausted' ? 'skipped' : 'failed';
  return { outcome, reason: message.includes(dataSource) ? message : `${dataSource}: ${message}` };
}

/** What a job ends with that fails: the error's own class, so that whoever waits for it can decide by that. */
export const failureWith = (message: string, { name, subject }: JobFailure): ApplicationFailure =>
  ApplicationFailure.create({
    message,
    type: name,
    nonRetryable: true,
    details: [{ subject } satisfies FailureDetails],
  });

/** A job fails where every one of its sources did, with the first one's error and all their reasons. */
export function throwIfEverySourceFailed(result: JobOutcome, failures: readonly JobFailure[]): void {
  const [first] = failures;
  if (result.outcome === 'failed' && first !== undefined) throw failureWith(result.reason, first);
}
