import { setTimeout as sleep } from 'node:timers/promises';
import { Context, CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { isFinalAttempt, isSkipped, taskAttempt, type TaskAttempt } from './attempt.js';

/** An attempt that failed: what Temporal is told of it, without secrets. */
export interface FailedAttempt extends TaskAttempt {
  readonly failure: ApplicationFailure;
  /** What the activity was asked for. */
  readonly input: unknown;
  /** Temporal will not try again, and it is no skip: what wants a prerequisite or budget has not failed. */
  readonly isFinal: boolean;
}

/** Where attempts are kept. */
export interface AttemptRecorder {
  recordFailure(attempt: FailedAttempt): Promise<void>;
  /** Notes the attempts before this one of which nothing is kept: their worker was killed, or the log could not be written. */
  recordLost(attempt: TaskAttempt): Promise<void>;
}

/** How long an activity's end waits for its line in the log. */
const patienceMs = 2_000;

/**
 * Records every failed attempt of every activity. The record never takes the place of the activity's own end: where it cannot be
 * written within two seconds, the process log says so and the end goes on to Temporal.
 */
export const attemptLog =
  (recorder: AttemptRecorder): ActivityInterceptorsFactory =>
  (context) => ({
    inbound: {
      async execute(input, next) {
        const attempt = taskAttempt(context.info);
        const recordLost = (): Promise<void> =>
          attempt.retryCount === 0 ? Promise.resolve() : recorder.recordLost(attempt);
        try {
          const result: unknown = await next(input);
          await recordInTime(recordLost);
          return result;
        } catch (error) {
          if (!isFailure(error)) throw error;
          const isFinal = !isSkipped(error) && isFinalAttempt(context.info, error, Date.now());
          await recordInTime(async () => {
            await recorder.recordFailure({ ...attempt, failure: error, input: input.args[0], isFinal });
            await recordLost();
          });
          throw error;
        }
      },
    },
  });

/** Neither cancelled nor left to be completed elsewhere. */
const isFailure = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && !(error instanceof CompleteAsyncError);

/** Waits for a record of the running activity, but not long, and never fails it. */
export async function recordInTime(record: () => Promise<void>): Promise<void> {
  const giveUp = new AbortController();
  try {
    await Promise.race([
      record(),
      sleep(patienceMs, undefined, { signal: giveUp.signal }).then(() => {
        throw new Error(`no answer within ${patienceMs / 1_000} s`);
      }),
    ]);
  } catch (error) {
    Context.current().log.warn('The error log could not be written; Temporal keeps the failure itself', {
      error,
    });
  } finally {
    giveUp.abort();
  }
}
