import type { Info } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotaWait } from '../../../activities/quota-wait.js';
import { redactor } from '../../../adapters/redaction/redactor.js';
import { activityFailures } from '../../../adapters/temporal/activity-failure.js';
import { spreadDelay } from '../../../adapters/temporal/retry-spread.js';
import { BadInput, DependencyAway, QuotaExhausted } from '../../../schemas/errors.js';
import {
  fixturesActivity,
  longActivity,
  matchFactsActivity,
  oddsActivity,
} from '../../../workflows/activity-options.js';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const delays = (
  { retry: retryPolicy, taskQueue }: typeof fixturesActivity | typeof matchFactsActivity,
  chances: readonly number[],
): number[] =>
  chances.map((one, index) => spreadDelay({ taskQueue, retryPolicy, attempt: index + 1 }, () => one) ?? NaN);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('the attempts of a request to a source of fixtures', () => {
  it.each([
    ['its lists', fixturesActivity],
    ['what is told of one match', matchFactsActivity],
  ])('come later than the policy says by up to a quarter, and are four as without: %s', (_, options) => {
    const { initialInterval, backoffCoefficient } = options.retry;
    fc.assert(
      fc.property(fc.tuple(chance, chance, chance, chance), (chances) => {
        const waited = delays(options, chances);
        for (const [index, delay] of waited.entries()) {
          const declared = initialInterval * backoffCoefficient ** index;
          expect(delay).toBeGreaterThanOrEqual(declared);
          expect(delay).toBeLessThanOrEqual(declared * 1.25);
        }
        expect(sum(waited.slice(0, 3))).toBeLessThan(options.scheduleToCloseTimeout);
        expect(sum(waited)).toBeGreaterThan(options.scheduleToCloseTimeout);
      }),
    );
  });

  it('come apart by chance alone', () => {
    expect(delays(fixturesActivity, [0, 0])).toEqual([300_000, 600_000]);
    expect(delays(fixturesActivity, [0.5, 0.2])).toEqual([337_500, 630_000]);
  });

  it('are those of the policy where prices are asked for', () => {
    const { retry: retryPolicy, taskQueue } = oddsActivity;
    expect(spreadDelay({ taskQueue, retryPolicy, attempt: 1 }, () => 0.5)).toBeUndefined();
  });
});

describe('a failed attempt', () => {
  const failed = async (
    error: Error,
    info: Pick<Info, 'taskQueue' | 'retryPolicy' | 'attempt'> = {
      ...requestOf(fixturesActivity),
      attempt: 2,
    },
  ): Promise<number | undefined> => {
    const interceptors = [activityFailures(redactor, quotaWait, () => 0.4)];
    const environment = new MockActivityEnvironment(info, {
      interceptors,
      logger: new DefaultLogger('ERROR'),
    });
    const failure: unknown = await environment
      .run(() => Promise.reject(error))
      .catch((raised: unknown) => raised);
    if (!(failure instanceof ApplicationFailure)) throw new Error('The activity did not fail as one');
    return failure.nextRetryDelay == null ? undefined : Number(failure.nextRetryDelay);
  };
  const requestOf = ({ retry: retryPolicy, taskQueue }: typeof fixturesActivity | typeof oddsActivity) => ({
    retryPolicy,
    taskQueue,
  });

  it('tells Temporal when the next one comes, unless there is none, or our own budget says when', async () => {
    expect(await failed(new DependencyAway('The server answered 503'))).toBe(660_000);
    expect(await failed(new BadInput('This is no list'))).toBeUndefined();
    expect(await failed(new QuotaExhausted('No requests left', {}, Date.now()))).toBe(1_000);
  });

  it('is made again when a provider that refused for its quota says so, and no sooner than the policy does', async () => {
    const refused = (afterMs: number): QuotaExhausted =>
      new QuotaExhausted('Too many requests', { httpStatus: 429 }, Date.now() + afterMs);
    expect(await failed(refused(1_000))).toBe(660_000);
    expect(await failed(refused(1_000), { ...requestOf(oddsActivity), attempt: 3 })).toBe(240_000);
    expect(await failed(refused(3_600_000))).toBeGreaterThan(3_500_000);
  });

  it('has a provider that refuses whatever it is asked for asked four times in the time of its step', async () => {
    const steps = [
      { ...requestOf(oddsActivity), spanMs: oddsActivity.scheduleToCloseTimeout },
      { ...requestOf(fixturesActivity), spanMs: fixturesActivity.scheduleToCloseTimeout },
      { taskQueue: 'default', retryPolicy: longActivity.retry, spanMs: 2 * 3_600_000 },
    ];
    for (const { spanMs, ...step } of steps) {
      const refused = new QuotaExhausted('Too many requests', { httpStatus: 429 });
      let [asked, at] = [0, 0];
      while (at <= spanMs) {
        asked += 1;
        at += (await failed(refused, { ...step, attempt: asked })) ?? Infinity;
      }
      expect(asked).toBe(4);
    }
  });
});
