import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import type { Info } from '@temporalio/activity';
import { describe, expect, it } from 'vitest';
import { isFinalAttempt } from '../../../adapters/temporal/attempt.js';

const begun = Date.UTC(2024, 7, 1);
const { info: anyInfo } = new MockActivityEnvironment().context;
const attempt = (change: Partial<Info>): Info => ({
  ...anyInfo,
  attempt: 1,
  scheduledTimestampMs: begun,
  scheduleToCloseTimeoutMs: 2 * 3_600_000,
  retryPolicy: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 },
  ...change,
});
const failure = ApplicationFailure.retryable('away', 'DependencyAway');

describe('an attempt is the last one', () => {
  it('where its failure is not to be retried, by itself or by the policy', () => {
    expect(isFinalAttempt(attempt({}), failure, begun)).toBe(false);
    expect(isFinalAttempt(attempt({}), ApplicationFailure.nonRetryable('no text', 'BadInput'), begun)).toBe(
      true,
    );
    const policy = { nonRetryableErrorTypes: ['DependencyAway'] };
    expect(isFinalAttempt(attempt({ retryPolicy: policy }), failure, begun)).toBe(true);
  });

  it('where the policy allows so many and this is the last of them', () => {
    const retryPolicy = { maximumAttempts: 4 };
    expect(isFinalAttempt(attempt({ retryPolicy, attempt: 3 }), failure, begun)).toBe(false);
    expect(isFinalAttempt(attempt({ retryPolicy, attempt: 4 }), failure, begun)).toBe(true);
  });

  it('where the next would begin after the time that all attempts have', () => {
    const end = begun + 2 * 3_600_000;
    const tenth = attempt({ attempt: 10 });
    expect(isFinalAttempt(tenth, failure, end - 30_000)).toBe(false);
    expect(isFinalAttempt(tenth, failure, end - 29_999)).toBe(true);
    expect(isFinalAttempt(attempt({ attempt: 3 }), failure, end - 4_000)).toBe(false);
    expect(isFinalAttempt(attempt({ attempt: 3 }), failure, end - 3_999)).toBe(true);
    const waits = ApplicationFailure.create({
      message: 'quota',
      type: 'QuotaExhausted',
      nextRetryDelay: '1 hour',
    });
    expect(isFinalAttempt(tenth, waits, end - 3_600_001)).toBe(false);
    expect(isFinalAttempt(tenth, waits, end - 3_599_999)).toBe(true);
    expect(isFinalAttempt(attempt({ scheduleToCloseTimeoutMs: 0 }), failure, end * 2)).toBe(false);
  });
});
