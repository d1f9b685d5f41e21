import { ApplicationFailure } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** In characters. Together well below the 4 KB past which Temporal tells of a pending step only that its failure was too large. */
const longest = { message: 800, stack: 500, causeMessage: 150 };
const mostCauses = 3;

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** The words of an error and of what caused it, without where they were raised. */
function shortCause({ name, message, cause }: Error, left = mostCauses): Error {
  const inner = cause instanceof Error && left > 1 ? shortCause(cause, left - 1) : undefined;
  const short = new Error(
    cut(message, longest.causeMessage),
    inner === undefined ? undefined : { cause: inner },
  );
  short.name = cut(name, longest.causeMessage);
  short.stack = '';
  return short;
}

/** The same failure in few enough words for Temporal to tell it while its step is pending. Its details stay as they are. */
function shortFailure(failure: ApplicationFailure): ApplicationFailure {
  const { message, type, nonRetryable, details, cause, stack } = failure;
  const nextRetryDelay = namedDelay(failure);
  const short = ApplicationFailure.create({
    message: cut(message, longest.message),
    ...(type == null ? {} : { type }),
    ...(nonRetryable == null ? {} : { nonRetryable }),
    details: details ?? [],
    ...(cause === undefined ? {} : { cause: shortCause(cause) }),
    ...(nextRetryDelay === undefined ? {} : { nextRetryDelay }),
  });
  short.stack = cut(stack ?? '', longest.stack);
  return short;
}

const namedDelay = ({ nextRetryDelay }: ApplicationFailure): number | undefined =>
  nextRetryDelay === undefined || nextRetryDelay === null ? undefined : msToNumber(nextRetryDelay);

/**
 * Shortens what Temporal is told of an attempt that may be made again; whoever keeps failures whole stands within. One that ends its step is
 * never pending, and keeps all its words.
 */
export const shortFailures: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        throw error instanceof ApplicationFailure && error.nonRetryable !== true
          ? shortFailure(error)
          : error;
      }
    },
  },
});
