import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { lakeAway } from '../../../adapters/lake/lake-failure.js';
import { toApplicationFailure } from '../../../adapters/temporal/activity-failure.js';
import { BadInput, DependencyAway, InvariantBroken, QuotaExhausted } from '../../../schemas/errors.js';
import { jobFailure } from '../../../schemas/jobs/failure.js';

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

  it('passes unchanged where it is a failure of Temporal already', () => {
    const failure = ApplicationFailure.nonRetryable('as it is', 'BadInput');
    expect(toApplicationFailure(failure)).toBe(failure);
  });
});
