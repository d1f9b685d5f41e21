import { ApplicationFailure } from '@temporalio/workflow';
import type { FailureDetails, JobFailure } from '../schemas/jobs/failure.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';

/** What is looked at of a failure; a provider that was asked and refuses has answered with a status. */
type Ended = Pick<JobFailure, 'name'> & {
  readonly subject?: Pick<JobFailure['subject'], 'httpStatus'>;
};

/** Whether a source was not asked for want of key or quota: its job is skipped, and nothing has failed (SCH-6). */
export const isSkip = ({ name, subject }: Ended): boolean =>
  name === 'PrerequisiteMissing' || (name === 'QuotaExhausted' && subject?.httpStatus === undefined);

/** How many of these count as failures in data_collection_logs: a skip leaves its reason there alone. */
export const countFailed = (failures: readonly Ended[]): number =>
  failures.filter((failure) => !isSkip(failure)).length;

/** What is said of a source, with its name. */
export const naming = (dataSource: string, message: string): string =>
  message.includes(dataSource) ? message : `${dataSource}: ${message}`;

/** How a source ended that came to nothing: one whose key or quota is missing was skipped; any other error is a failure. */
export function outcomeOfFailure(
  dataSource: string,
  { message, ...failure }: Ended & Pick<JobFailure, 'message'>,
): JobOutcome & { readonly reason: string } {
  const outcome = isSkip(failure) ? 'skipped' : 'failed';
  return { outcome, reason: naming(dataSource, message) };
}

/** What nobody who failed could say: its worker was gone, or it was ended from outside. */
const withoutAWord: readonly string[] = ['TimeoutFailure', 'TerminatedFailure'];

/** Marks what a job fails with where each of its parts that failed has its own line in the error log: the job adds none. */
export const loggedBy = (failures: readonly Pick<JobFailure, 'name'>[]): Pick<FailureDetails, 'logged'> =>
  failures.some(({ name }) => withoutAWord.includes(name)) ? {} : { logged: true };

/**
 * What a job ends with that fails for what its parts ended with: the first one's class, so that whoever waits for it can decide by that.
 */
export function failureWith(
  message: string,
  failures: readonly [JobFailure, ...JobFailure[]],
): ApplicationFailure {
  const [{ name, subject }] = failures;
  return ApplicationFailure.create({
    message,
    type: name,
    nonRetryable: true,
    details: [{ subject, ...loggedBy(failures) } satisfies FailureDetails],
  });
}

/** A job fails where every one of its sources did, with the first one's error and all their reasons. */
export function throwIfEverySourceFailed(result: JobOutcome, failures: readonly JobFailure[]): void {
  const [first, ...others] = failures;
  if (result.outcome === 'failed' && first !== undefined)
    throw failureWith(result.reason, [first, ...others]);
}
