import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baselineOf } from '../../../domain/anomaly/baseline.js';
import { outlierLimits, outlierScore, type OutlierRule } from '../../../domain/anomaly/outliers.js';
import { Numbers, reference } from './reference/made.js';

const Figures = z.object({
  values: Numbers,
  mean: z.number(),
  deviation: z.number(),
  lowerQuartile: z.number(),
  median: z.number(),
  upperQuartile: z.number(),
  medianDeviation: z.number(),
});
const { cases } = reference('baselines', z.object({ cases: z.array(Figures) }));

const rules: readonly OutlierRule[] = ['3sigma', 'iqr', 'mad'];
const rule = fc.constantFrom(...rules);
/** Prices in steps of a cent, so that sums and products are rounded little. */
const prices = fc.array(fc.integer({ min: 101, max: 2_000 }), { minLength: 12, maxLength: 60 });
const usual = [2.0, 2.1, 2.05, 2.2, 2.15, 2.1, 1.95, 2.0, 2.1, 2.05, 2.2, 2.1];
const score = (by: OutlierRule, history: readonly number[], value: number): number | undefined =>
  outlierScore(by, baselineOf(Float64Array.from(history)), value);

describe('a baseline', () => {
  it.each(cases)('has the figures of NumPy and SciPy for $values.length values', ({ values, ...figures }) => {
    const baseline = baselineOf(Float64Array.from(values));
    for (const [name, figure] of Object.entries(figures))
      expect(baseline).toHaveProperty(name, expect.closeTo(figure, 12));
  });

  it('skips what is no number and counts it', () => {
    const baseline = baselineOf(Float64Array.of(1, NaN, 3, Infinity));
    expect(baseline).toMatchObject({ count: 2, skipped: 2, mean: 2 });
  });

  it('does not depend on the order of its values', () => {
    fc.assert(
      fc.property(
        prices.chain((values) =>
          fc.tuple(fc.constant(values), fc.shuffledSubarray(values, { minLength: values.length })),
        ),
        ([values, shuffled]) => {
          expect(baselineOf(Float64Array.from(shuffled))).toEqual(baselineOf(Float64Array.from(values)));
        },
      ),
    );
  });

  it('of equal values has no deviation, whatever their sum is rounded to', () => {
    expect(baselineOf(new Float64Array(10).fill(0.1))).toMatchObject({
      mean: 0.1,
      deviation: 0,
      medianDeviation: 0,
    });
  });
});

describe('an outlier', () => {
  it.each(rules)('is a price whose decimal point moved, by %s', (by) => {
    expect(score(by, usual, 2.1)).toBeLessThan(outlierLimits[by]);
    expect(score(by, usual, 21)).toBeGreaterThan(outlierLimits[by]);
  });

  it('is judged alike in another unit and from another zero', () => {
    fc.assert(
      fc.property(
        rule,
        prices,
        fc.integer({ min: 1, max: 9_000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: -500, max: 500 }),
        (by, values, value, scale, shift) => {
          const plain = score(by, values, value);
          const moved = score(
            by,
            values.map((v) => v * scale + shift),
            value * scale + shift,
          );
          expect(moved).toEqual(plain === undefined ? undefined : expect.closeTo(plain, 6));
        },
      ),
    );
  });

  it('shows by median and MAD where the history holds incidents that nobody knows, and hides from mean and deviation', () => {
    const history = [...usual, 20, 21, 22];
    expect(score('3sigma', history, 21)).toBeLessThan(outlierLimits['3sigma']);
    expect(score('mad', history, 21)).toBeGreaterThan(outlierLimits.mad);
  });

  it.each(rules)('is not claimed by %s where the baseline is constant or small', (by) => {
    expect(score(by, new Array<number>(20).fill(2), 9)).toBeUndefined();
    expect(score(by, usual.slice(0, 9), 9)).toBeUndefined();
  });

  it('is told by the mean distance where more than half of the values are equal and the MAD is 0', () => {
    const goals = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2];
    expect(score('mad', goals, 1)).toBeLessThan(outlierLimits.mad);
    expect(score('mad', goals, 30)).toBeGreaterThan(outlierLimits.mad);
  });

  it.each(rules)('is never a missing value by %s', (by) => {
    expect(score(by, usual, NaN)).toBeUndefined();
  });
});
