import { CompleteAsyncError, type Info } from '@temporalio/activity';
import {
  ApplicationFailure,
  CancelledFailure,
  TemporalFailure,
  type ApplicationFailureOptions,
} from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { FailureDetails } from '../../schemas/jobs/failure.js';
import type { Redactor } from '../redaction/redactor.js';
import {
  adviceOn,
  CheckFailed,
  DependencyAway,
  InvariantBroken,
  ProviderAway,
  QuotaExhausted,
  TouchlineError,
} from '../../schemas/errors.js';
import { constraintViolated } from '../postgres/constraint-violations.js';
import { wasRefusedForQuota } from './attempt.js';
import { delayAfterRefusal, spreadDelay } from './retry-spread.js';

/** How long, in real milliseconds, to wait for an instant (milliseconds since 1970) by the clock that the work goes by; Infinity: it never comes. */
export type QuotaWait = (retryAt: number) => number;

const inRealTime: QuotaWait = (retryAt) => retryAt - Date.now();

type Remedy = TouchlineError['remedy'];

const endsTheJob = new Set<Remedy>(['fix-input', 'fix-code']);

/** Postgres classes (first two characters of SQLSTATE) that say our statement or row is wrong. */
const oursToMend = new Set(['22', '42']);
const diskIsFull = new Set(['ENOSPC', '53100', 'EDQUOT']);

/**
 * An activity's error as Temporal keeps it: type = the class name, details = what it is about, not retried where a
 * retry cannot mend it. Errors that nobody raised on purpose are retried, except those a retry is known not to mend:
 * a wrong statement, a broken constraint, a programming error, a full disk.
 * @param waitFor how long to wait for an instant of a quota, in real milliseconds; one that never comes is not waited for
 */
export function toApplicationFailure(error: unknown, waitFor: QuotaWait = inRealTime): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const code = errorCode(error);
  const text = error instanceof Error ? error.message : String(error);
  if (code !== undefined && diskIsFull.has(code)) return fullDisk(text, error);
  if (error instanceof QuotaExhausted) return spentQuota(error, waitFor);
  if (error instanceof TouchlineError) return fromTouchlineError(error);
  const violated = constraintViolated(error);
  if (violated !== undefined) return fromTouchlineError(violated);
  if ((code?.length === 5 && oursToMend.has(code.slice(0, 2))) || isProgrammingError(error)) {
    return fromTouchlineError(new InvariantBroken(text, {}, error));
  }
  return ApplicationFailure.create({
    message: text === '' ? (code ?? 'The activity failed without a message') : text,
    type: error instanceof Error ? error.name : 'Error',
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

/** Waiting could take for ever, and a person has to act: the job ends, and goes on where it was when run again. */
const fullDisk = (text: string, cause: unknown): ApplicationFailure =>
  ApplicationFailure.create({
    message: `The disk is full: ${text}`,
    type: DependencyAway.name,
    nonRetryable: true,
    details: [
      {
        remedy: 'retry-later',
        subject: { advice: 'Free space on the disk and run the job again; nothing stored is lost.' },
      } satisfies FailureDetails,
    ],
    ...(cause instanceof Error ? { cause } : {}),
  });

const shortestWaitMs = 1_000;

function spentQuota(error: QuotaExhausted, waitFor: QuotaWait): ApplicationFailure {
  if (error.retryAt === undefined) {
    // Nobody was asked, and no time is named: the request costs more than its budget ever has.
    return fromTouchlineError(error, error.subject.httpStatus === undefined ? { nonRetryable: true } : {});
  }
  const waitMs = Math.max(waitFor(error.retryAt), shortestWaitMs);
  return fromTouchlineError(
    error,
    Number.isFinite(waitMs) ? { nextRetryDelay: waitMs } : { nonRetryable: true },
  );
}

function fromTouchlineError(
  error: TouchlineError,
  retry: Pick<ApplicationFailureOptions, 'nextRetryDelay' | 'nonRetryable'> = {},
): ApplicationFailure {
  return ApplicationFailure.create({
    message: error.message,
    type: error.name,
    // A provider was asked again within the call: the job ends, and a later run goes on where it was.
    nonRetryable: endsTheJob.has(error.remedy) || error instanceof ProviderAway,
    details: [
      {
        remedy: error.remedy,
        subject: { ...error.subject, advice: adviceOn(error) },
        ...(error instanceof CheckFailed && error.judgement !== undefined
          ? { judgement: error.judgement }
          : {}),
      } satisfies FailureDetails,
    ],
    ...retry,
    ...(error.cause instanceof Error ? { cause: error.cause } : {}),
  });
}

/** The SQLSTATE or system code of an error or of what caused it. */
function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return errorCode(error.cause);
}

const isProgrammingError = (error: unknown): boolean =>
  error instanceof TypeError ||
  error instanceof RangeError ||
  error instanceof ReferenceError ||
  error instanceof SyntaxError ||
  (error instanceof Error && error.name === 'ZodError');

/** What Temporal keeps in its history, without secrets: words, place, details and causes. */
function withoutSecrets(
  failure: ApplicationFailure,
  { raised, nextRetryDelay }: { readonly raised: unknown; readonly nextRetryDelay: number | undefined },
  redactor: Redactor,
): ApplicationFailure {
  const { cause, type, nonRetryable, details } = failure;
  const kept = ApplicationFailure.create({
    message: redactor.text(failure.message),
    ...(type == null ? {} : { type }),
    ...(nonRetryable == null ? {} : { nonRetryable }),
    details: (details ?? []).map((detail: unknown) => redactor.value(detail)),
    ...(cause === undefined ? {} : { cause: redactor.error(cause) }),
    ...(nextRetryDelay === undefined ? {} : { nextRetryDelay }),
  });
  // Where it was raised, not where it was turned into a failure.
  const stack = raised instanceof Error ? raised.stack : failure.stack;
  if (stack !== undefined) kept.stack = redactor.text(stack);
  return kept;
}

/** The same for an activity, by the clock in its input. */
export type ActivityQuotaWait = (input: unknown, retryAt: number) => number;

/** How long to wait before the next attempt, in milliseconds: what the failure says, or what spreads the requests of its queue. */
function delayAfter(failure: ApplicationFailure, info: Info, random: () => number): number | undefined {
  if (failure.nonRetryable === true) return undefined;
  const named = namedDelay(failure);
  if (!wasRefusedForQuota(failure)) return named ?? spreadDelay(info, random);
  return Math.max(named ?? 0, spreadDelay(info, random) ?? delayAfterRefusal(info));
}

const namedDelay = ({ nextRetryDelay }: ApplicationFailure): number | undefined =>
  nextRetryDelay === undefined || nextRetryDelay === null ? undefined : msToNumber(nextRetryDelay);

/**
 * Turns what an activity throws into {@link toApplicationFailure}, with the delay before it is asked again, and takes secrets out of it;
 * cancellation passes as it is.
 * @param random at least 0 and less than 1
 */
export const activityFailures =
  (
    redactor: Redactor,
    quotaWait: ActivityQuotaWait,
    random: () => number = Math.random,
  ): ActivityInterceptorsFactory =>
  ({ info }) => ({
    inbound: {
      async execute(input, next) {
        try {
          return await next(input);
        } catch (error) {
          if (error instanceof CancelledFailure || error instanceof CompleteAsyncError) throw error;
          if (error instanceof TemporalFailure && !(error instanceof ApplicationFailure)) throw error;
          const failure = toApplicationFailure(error, (retryAt) => quotaWait(input.args[0], retryAt));
          throw withoutSecrets(
            failure,
            { raised: error, nextRetryDelay: delayAfter(failure, info, random) },
            redactor,
          );
        }
      },
    },
  });
