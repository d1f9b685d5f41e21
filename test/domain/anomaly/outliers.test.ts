import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { baselineOf } from '../../../domain/anomaly/baseline.js';
import { findOutliers, outlierScore, type OutlierRule } from '../../../domain/anomaly/outliers.js';
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
const observed = (values: readonly number[], prefix = 'h') => ({
  ids: values.map((_, i) => `${prefix}${i}`),
  values: Float64Array.from(values),
});
const usual = [2.0, 2.1, 2.05, 2.2, 2.15, 2.1, 1.95, 2.0, 2.1, 2.05, 2.2, 2.1];

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
    const report = findOutliers(by, observed([2.1, 21], 't'), observed(usual));
    expect(report.outliers.map(({ id }) => id)).toEqual(['t1']);
    expect(report).toMatchObject({ tested: 2, skipped: 0, undecided: 0 });
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
          const score = outlierScore(by, baselineOf(Float64Array.from(values)), value);
          const moved = outlierScore(
            by,
            baselineOf(Float64Array.from(values, (v) => v * scale + shift)),
            value * scale + shift,
          );
          expect(moved).toEqual(score === undefined ? undefined : expect.closeTo(score, 6));
        },
      ),
    );
  });

  it('is not judged by a baseline that holds it', () => {
    fc.assert(
      fc.property(rule, prices, fc.integer({ min: 1, max: 99_999 }), (by, values, value) => {
        const tested = observed([value], 't');
        const history = observed(values);
        const holdsTested = { ids: [...history.ids, 't0'], values: Float64Array.from([...values, value]) };
        expect(findOutliers(by, tested, holdsTested)).toEqual(findOutliers(by, tested, history));
      }),
    );
  });

  it.each(rules)('is found by %s in spite of a known incident in the history, which is left out', (by) => {
    const incident = observed([20, 21, 22, 20, 21, 22], 'i');
    const plain = observed(usual);
    const history = {
      ids: [...plain.ids, ...incident.ids],
      values: Float64Array.from([...plain.values, ...incident.values]),
    };
    const tested = observed([21], 't');
    expect(findOutliers(by, tested, history, incident.ids)).toEqual(findOutliers(by, tested, plain));
    expect(findOutliers(by, tested, history, incident.ids).outliers).toHaveLength(1);
  });

  it('shows by median and MAD where the history holds incidents that nobody knows, and hides from mean and deviation', () => {
    const history = observed([...usual, 20, 21, 22]);
    expect(findOutliers('3sigma', observed([21], 't'), history).outliers).toEqual([]);
    expect(findOutliers('mad', observed([21], 't'), history).outliers).toHaveLength(1);
  });

  it('is not claimed where the baseline is constant or small', () => {
    for (const by of rules) {
      expect(findOutliers(by, observed([9], 't'), observed(new Array<number>(20).fill(2)))).toMatchObject({
        outliers: [],
        undecided: 1,
      });
      expect(findOutliers(by, observed([9], 't'), observed(usual.slice(0, 9)))).toMatchObject({
        outliers: [],
        undecided: 1,
      });
    }
  });

  it('is told by the mean distance where more than half of the values are equal and the MAD is 0', () => {
    const goals = observed([0, 0, 0, 0, 0, 0, 0, 1, 1, 2]);
    expect(findOutliers('mad', observed([1, 30], 't'), goals).outliers.map(({ value }) => value)).toEqual([
      30,
    ]);
  });

  it('is never a missing value, which is counted', () => {
    expect(findOutliers('3sigma', observed([NaN, 2.1], 't'), observed(usual))).toMatchObject({
      outliers: [],
      tested: 1,
      skipped: 1,
    });
  });
});
