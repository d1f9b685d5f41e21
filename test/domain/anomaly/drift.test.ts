import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { featureDrifts, standardDrift } from '../../../domain/anomaly/drift.js';
import { benjaminiHochberg } from '../../../domain/anomaly/multiple-testing.js';
import { Numbers, reference, uniform } from './reference/made.js';

const { p, benjaminiHochberg: adjusted } = reference(
  'baselines',
  z.object({ p: Numbers, benjaminiHochberg: Numbers }),
);

const drift = (baseline: Float64Array, current: Float64Array) =>
  featureDrifts([{ feature: 'f', baseline, current }])[0];
const before = uniform(300, 5);
const after = uniform(200, 6);

describe("Benjamini and Hochberg's correction", () => {
  it('gives the p-values of SciPy', () => {
    benjaminiHochberg(p).forEach((value, i) => {
      expect(value).toBeCloseTo(adjusted[i] ?? NaN, 12);
    });
  });

  it('lowers no p, and keeps their order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2 }), (values) => {
        const corrected = benjaminiHochberg(values);
        values.forEach((value, i) => {
          expect(corrected[i]).toBeGreaterThanOrEqual(value * (1 - 1e-12));
          values.forEach((other, j) => {
            if (value < other) expect(corrected[i]).toBeLessThanOrEqual(corrected[j] ?? NaN);
          });
        });
      }),
    );
  });
});

describe('drift', () => {
  it('is the largest of the changes of mean, of deviation, and of the distribution', () => {
    const wider = drift(
      before,
      after.map((value) => value * 1.5),
    );
    expect(wider).toMatchObject({ verdict: 'drift' });
    expect(wider?.score).toBe(
      Math.max(wider?.meanChange ?? NaN, wider?.deviationChange ?? NaN, wider?.statistic ?? NaN),
    );
    expect(wider?.meanChange).toBeCloseTo(0.5, 0);
  });

  it('is measured in deviations where the mean is near 0', () => {
    const around0 = before.map((value) => value - 0.5);
    const moved = drift(
      around0,
      around0.map((value) => value + 0.05),
    );
    expect(moved?.meanChange).toBeCloseTo(0.05 / Math.sqrt(1 / 12), 1);
  });

  it('never exceeds 1, also from a constant', () => {
    const constant = new Float64Array(50);
    expect(
      drift(
        constant,
        constant.map(() => 7),
      ),
    ).toMatchObject({ verdict: 'drift', score: 1, meanChange: 1, deviationChange: 0 });
    expect(drift(constant, constant)).toMatchObject({ verdict: 'stable', score: 0 });
    expect(
      drift(
        before,
        before.map((value) => value * 1e6),
      ),
    ).toMatchObject({ score: 1 });
  });

  it('does not take the distribution into the score where p is above the limit', () => {
    const same = drift(before, after);
    expect(same?.adjustedP).toBeGreaterThan(0.05);
    expect(same?.score).toBe(Math.max(same?.meanChange ?? NaN, same?.deviationChange ?? NaN));
    expect(same?.verdict).toBe('stable');
  });

  it('is not told of a window with too few values, nor of a difference that is significant and small', () => {
    expect(drift(before, Float64Array.of(9, 9, 9))).toMatchObject({
      verdict: 'too_few',
      score: 0,
      adjustedP: 1,
    });
    const many = uniform(9_000, 7);
    const slightly = drift(
      many,
      many.map((value) => value + 0.06),
    );
    expect(slightly?.adjustedP).toBeLessThan(0.001);
    expect(slightly?.score).toBeGreaterThan(standardDrift.score);
    expect(slightly).toMatchObject({ verdict: 'stable' });
  });

  it('of one feature counts for less where many are looked at', () => {
    const moved = { feature: 'moved', baseline: before, current: after.map((value) => value + 0.13) };
    const still = Array.from({ length: 40 }, (_, i) => ({
      feature: `still ${i}`,
      baseline: before,
      current: before,
    }));
    const alone = featureDrifts([moved])[0];
    const among = featureDrifts([...still, moved]).at(-1);
    expect(among?.p).toBe(alone?.p);
    expect(among?.adjustedP).toBeCloseTo((alone?.p ?? NaN) * 41, 12);
  });

  it('has the same score in another unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 0, max: 50 }), (scale, percent) => {
        const current = after.map((value) => value * (1 + percent / 100));
        const scaled = drift(
          before.map((value) => value * scale),
          current.map((value) => value * scale),
        );
        expect(scaled?.score).toBeCloseTo(drift(before, current)?.score ?? NaN, 9);
      }),
      { numRuns: 30 },
    );
  });
});
