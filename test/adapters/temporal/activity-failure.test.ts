import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lakeAway } from '../../../adapters/lake/lake-failure.js';
import { quotaWait } from '../../../activities/quota-wait.js';
import { redactor } from '../../../adapters/redaction/redactor.js';
import { activityFailures, toApplicationFailure } from '../../../adapters/temporal/activity-failure.js';
import { BadInput, DependencyAway, InvariantBroken, QuotaExhausted } from '../../../schemas/errors.js';
import type { SimulatedClock } from '../../../schemas/jobs/simulated-clock.js';
import { instantFromIso } from '../../../schemas/values.js';
import { jobFailure } from '../../../schemas/jobs/failure.js';

const delayOf = (failure: unknown): number =>
  failure instanceof ApplicationFailure ? Number(failure.nextRetryDelay) : NaN;
const withCode = (message: string, code: string): Error => Object.assign(new Error(message), { code });

describe('an error that an activity throws', () => {
  it('keeps its class, message and subject on the way through Temporal', () => {
    const raised = new BadInput('The header names no teams', {
      file: '2122/E0.csv',
      row: 1,
      advice: 'Give the file a header.',
    });
    const failure = toApplicationFailure(raised);
    expect(failure.type).toBe('BadInput');
    expect(failure.nonRetryable).toBe(true);
    expect(jobFailure(failure)).toEqual({
      name: 'BadInput',
      message: 'The header names no teams',
      subject: { file: '2122/E0.csv', row: 1, advice: 'Give the file a header.' },
    });
  });

  it('has advice for whoever reads it there, also where it was raised without', () => {
    const { subject } = jobFailure(
      toApplicationFailure(new DependencyAway('No answer', { object: '/odds' })),
    );
    expect(subject).toMatchObject({ object: '/odds', advice: expect.stringMatching(/^Wait/) as unknown });
  });

  it('is retried where a dependency is away, and not where our code is wrong', () => {
    expect(toApplicationFailure(new DependencyAway('Postgres is down')).nonRetryable).toBe(false);
    expect(toApplicationFailure(withCode('refused', 'ECONNREFUSED')).nonRetryable).toBe(false);
    expect(toApplicationFailure(withCode('deadlock', '40P01')).nonRetryable).toBe(false);
    expect(toApplicationFailure(new InvariantBroken('3 + 2 rows are not 6')).nonRetryable).toBe(true);
    expect(toApplicationFailure(new TypeError('x is undefined')).type).toBe('InvariantBroken');
    expect(toApplicationFailure(withCode('no such column', '42703')).nonRetryable).toBe(true);
    expect(toApplicationFailure(z.number().safeParse('1').error).nonRetryable).toBe(true);
  });

  it('ends the job with advice where the disk is full, whoever noticed it', () => {
    const raw = toApplicationFailure(withCode('no space left on device', 'ENOSPC'));
    const wrapped = toApplicationFailure(
      new DependencyAway('The disk that holds Postgres is full', {}, withCode('extend', '53100')),
    );
    const fromDuckDb = toApplicationFailure(lakeAway(new Error('IO Error: No space left on device')));
    for (const failure of [raw, wrapped, fromDuckDb]) {
      expect(failure.nonRetryable).toBe(true);
      expect(jobFailure(failure).subject.advice).toMatch(/^Free space/);
    }
  });

  it('waits until the quota is back', () => {
    const failure = toApplicationFailure(new QuotaExhausted('No requests left', {}, Date.now() + 60_000));
    expect(failure.nonRetryable).toBe(false);
    expect(Number(failure.nextRetryDelay)).toBeGreaterThan(50_000);
  });

  it('waits for no quota that no time brings, where nobody was asked', () => {
    expect(toApplicationFailure(new QuotaExhausted('It costs more than a day has', {})).nonRetryable).toBe(
      true,
    );
    const refused = new QuotaExhausted('The month is spent', { httpStatus: 429 });
    expect(toApplicationFailure(refused).nonRetryable).toBe(false);
  });

  it('waits for the quota by the clock that the activity was given, and not where that stands still', async () => {
    const hour = 3_600_000;
    const startsAt = instantFromIso('2024-08-20T17:00:00Z');
    const failed = async (input: { readonly clock?: SimulatedClock }, retryAt: number): Promise<unknown> => {
      const interceptors = [activityFailures(redactor, quotaWait)];
      const spent = (): Promise<never> => Promise.reject(new QuotaExhausted('No requests left', {}, retryAt));
      return await new MockActivityEnvironment({}, { interceptors, logger: new DefaultLogger('ERROR') })
        .run(spent, input)
        .catch((error: unknown) => error);
    };
    const clock = { startsAt, realStart: Date.now(), speed: 60 };
    const hurried = await failed({ clock }, startsAt + hour);
    expect(hurried).toMatchObject({ type: 'QuotaExhausted', nonRetryable: false });
    expect(delayOf(hurried)).toBeLessThanOrEqual(60_000);
    expect(delayOf(hurried)).toBeGreaterThan(50_000);
    expect(delayOf(await failed({ clock }, startsAt))).toBe(1_000);
    expect(delayOf(await failed({}, Date.now() + hour))).toBeGreaterThan(hour - 10_000);
    expect(await failed({ clock: { ...clock, speed: 0 } }, startsAt + hour)).toMatchObject({
      nonRetryable: true,
    });
  });

  it('passes unchanged where it is a failure of Temporal already', () => {
    const failure = ApplicationFailure.nonRetryable('as it is', 'BadInput');
    expect(toApplicationFailure(failure)).toBe(failure);
  });
});
