import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedDifference } from '../../../domain/model/paired-difference.js';
import { calibrationError, scoreAll, type Judged } from '../../../domain/model/scores.js';
import type { Probabilities } from '../../../schemas/records/probabilities.js';

const outcome = fc.constantFrom(0 as const, 1 as const, 2 as const);
const chances = fc
  .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }))
  .map(([a, d, h]): Probabilities => [a / (a + d + h), d / (a + d + h), h / (a + d + h)]);
const judged: fc.Arbitrary<Judged> = fc.record({ chances, outcome });

describe('scores', () => {
  it('are those of a match reckoned by hand', () => {
    const scores = scoreAll([{ chances: [0.2, 0.3, 0.5], outcome: 2 }]);
    expect(scores.logLoss).toBeCloseTo(-Math.log(0.5), 12);
    expect(scores.rps).toBeCloseTo((0.2 ** 2 + 0.5 ** 2) / 2, 12);
    expect(scores.brier).toBeCloseTo(0.2 ** 2 + 0.3 ** 2 + 0.5 ** 2, 12);
    expect(scores.accuracy).toBe(1);
  });

  it('stay within their ranges', () => {
    fc.assert(
      fc.property(fc.array(judged, { minLength: 1, maxLength: 40 }), (matches) => {
        const scores = scoreAll(matches);
        expect(scores.logLoss).toBeGreaterThanOrEqual(0);
        for (const value of [scores.rps, scores.accuracy, scores.ece]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
        expect(scores.brier).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('rank a near miss above a far one', () => {
    const near = scoreAll([{ chances: [0.1, 0.8, 0.1], outcome: 2 }]);
    const far = scoreAll([{ chances: [0.8, 0.1, 0.1], outcome: 2 }]);
    expect(near.rps).toBeLessThan(far.rps);
    expect(near.logLoss).toBeCloseTo(far.logLoss, 12);
  });

  it('find no calibration error where chances come as often as they say', () => {
    const matches = [0, 0, 1, 1, 2, 2, 2, 2].map((came): Judged => ({
      chances: [0.25, 0.25, 0.5],
      outcome: came === 0 ? 0 : came === 1 ? 1 : 2,
    }));
    expect(calibrationError(matches)).toBeCloseTo(0, 12);
  });
});

describe('the paired difference', () => {
  it('is nothing against itself, and turns its sign when the sides change', () => {
    const scores = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(scores, scores, (first, second) => {
        const length = Math.min(first.length, second.length);
        const [a, b] = [first.slice(0, length), second.slice(0, length)];
        expect(pairedDifference(a, a)).toEqual({ n: length, mean: 0, standardError: 0 });
        expect(pairedDifference(a, b).mean).toBeCloseTo(-pairedDifference(b, a).mean, 12);
        expect(pairedDifference(a, b).standardError).toBeCloseTo(pairedDifference(b, a).standardError, 12);
      }),
    );
  });

  it('has the standard error of its mean', () => {
    expect(pairedDifference([1, 2, 3, 4], [0, 0, 0, 0])).toEqual({
      n: 4,
      mean: 2.5,
      standardError: Math.sqrt(5 / 3 / 4),
    });
  });
});
