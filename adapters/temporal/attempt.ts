import type { Info } from '@temporalio/activity';
import type { ApplicationFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import { PrerequisiteMissing, QuotaExhausted } from '../../schemas/errors.js';
import { FailureDetails } from '../../schemas/jobs/failure.js';

/** One attempt of an activity, as the error log names it. */
export interface TaskAttempt {
  /** The activity's name. */
  readonly taskName: string;
  readonly workflowType: string | undefined;
  readonly workflowId: string;
  readonly runId: string;
  readonly activityId: string;
  /** 0 for the first attempt. */
  readonly retryCount: number;
}

/** The attempt that Temporal describes so. */
export const taskAttempt = (info: Info): TaskAttempt => ({
  taskName: info.activityType,
  workflowType: info.workflowType,
  workflowId: info.workflowExecution?.workflowId ?? info.activityId,
  runId: info.workflowExecution?.runId ?? info.activityRunId ?? '',
  activityId: info.activityId,
  retryCount: info.attempt - 1,
});

/**
 * Whether an attempt ended before a request that its provider's budget did not allow: what asks is skipped, and nothing has failed. A provider
 * that refuses for its quota has been asked, and answered with a status.
 */
export const wasNotAsked = (failure: ApplicationFailure): boolean =>
  quotaSubject(failure) !== undefined && !wasRefusedForQuota(failure);

/** Whether a provider was asked and refused for its quota. */
export const wasRefusedForQuota = (failure: ApplicationFailure): boolean =>
  quotaSubject(failure)?.httpStatus !== undefined;

/** What a spent quota is about; undefined of any other failure. */
const quotaSubject = ({ type, details }: ApplicationFailure): FailureDetails['subject'] | undefined =>
  type === QuotaExhausted.name ? FailureDetails.safeParse(details?.[0]).data?.subject : undefined;

/** Whether an attempt ended for want of what has to be there before it, or of budget: a step so ended is skipped (SCH-6). */
export const isSkipped = (failure: ApplicationFailure): boolean =>
  failure.type === PrerequisiteMissing.name || wasNotAsked(failure);

const unlimited = 0;
/** Temporal's own defaults where a retry policy leaves them open. */
const byDefault = { initialIntervalMs: 1_000, coefficient: 2, longestInInitialIntervals: 100 };

/** What says whether Temporal tries again. */
export type RetriedAttempt = Pick<
  Info,
  'retryPolicy' | 'attempt' | 'scheduleToCloseTimeoutMs' | 'scheduledTimestampMs'
>;

/** Whether Temporal will not try again after this failure: it must not, has tried often enough, or has no time left. */
export function isFinalAttempt(info: RetriedAttempt, failure: ApplicationFailure, now: number): boolean {
  const { retryPolicy: policy = {}, attempt } = info;
  if (failure.nonRetryable === true) return true;
  if (failure.type != null && policy.nonRetryableErrorTypes?.includes(failure.type) === true) return true;
  const { maximumAttempts = unlimited } = policy;
  if (maximumAttempts !== unlimited && attempt >= maximumAttempts) return true;
  const deadline =
    info.scheduleToCloseTimeoutMs > 0 ? info.scheduledTimestampMs + info.scheduleToCloseTimeoutMs : Infinity;
  return now + delayBeforeNext(info, failure) > deadline;
}

const delayBeforeNext = (info: RetriedAttempt, { nextRetryDelay }: ApplicationFailure): number =>
  nextRetryDelay === undefined || nextRetryDelay === null ? delayByPolicy(info) : msToNumber(nextRetryDelay);

/** How long Temporal waits after this attempt before the next one, in milliseconds, where the failure does not say. */
export function delayByPolicy({
  retryPolicy: policy = {},
  attempt,
}: Pick<Info, 'retryPolicy' | 'attempt'>): number {
  const initial =
    policy.initialInterval === undefined ? byDefault.initialIntervalMs : msToNumber(policy.initialInterval);
  const longest =
    policy.maximumInterval === undefined
      ? initial * byDefault.longestInInitialIntervals
      : msToNumber(policy.maximumInterval);
  return Math.min(initial * (policy.backoffCoefficient ?? byDefault.coefficient) ** (attempt - 1), longest);
}
