import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { kolmogorovTail } from '../../../domain/anomaly/kolmogorov-distribution.js';
import { kolmogorovSmirnov } from '../../../domain/anomaly/kolmogorov-smirnov.js';
import { BadInput } from '../../../schemas/errors.js';
import { made, MadeSample, reference } from './reference/made.js';

const { cases, tail } = reference(
  'kolmogorov-smirnov',
  z.object({
    cases: z.array(z.object({ a: MadeSample, b: MadeSample, statistic: z.number(), p: z.number() })),
    tail: z.array(z.object({ n: z.int(), d: z.number(), p: z.number() })),
  }),
);

const sample = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 30 });
const test = (a: readonly number[], b: readonly number[]) =>
  kolmogorovSmirnov(Float64Array.from(a), Float64Array.from(b));

describe("Kolmogorov and Smirnov's test", () => {
  it("has SciPy's statistic and p for samples of 5 to 20,000, with ties and without", () => {
    for (const { a, b, statistic, p } of cases) {
      const result = kolmogorovSmirnov(made(a), made(b));
      const named = `${a.size} and ${b.size} values in steps of 1/${a.places}, shifted by ${b.shift}`;
      expect(Math.abs(result.statistic - statistic), named).toBeLessThan(1e-12);
      expect(Math.abs(result.p - p), named).toBeLessThan(1e-6);
    }
  });

  it("has the tail of SciPy's kstwo by each of its methods", () => {
    for (const { n, d, p } of tail)
      expect(Math.abs(kolmogorovTail(n, d) - p), `n ${n}, d ${d}`).toBeLessThan(1e-6);
  });

  it('gives two samples the same answer in either order, a p in [0, 1] and a statistic in [0, 1]', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const there = test(a, b);
        const back = test(b, a);
        expect(back.statistic).toBe(there.statistic);
        expect(back.p).toBeCloseTo(there.p, 12);
        for (const value of [there.p, there.statistic]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('asks for the order of values alone: unit, zero and sequence change nothing', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: 1, max: 9 }), fc.integer(), (a, b, scale, shift) => {
        const move = (values: readonly number[]) => values.map((value) => value * scale + shift).reverse();
        expect(test(move(a), move(b))).toEqual(test(a, b));
      }),
    );
  });

  it('finds a sample equal to itself, and leaves out what is no number', () => {
    expect(test([1, 2, NaN, 3], [3, 1, 2])).toEqual({ statistic: 0, p: 1 });
  });

  it('refuses a sample without a number', () => {
    expect(() => test([NaN], [1])).toThrow(BadInput);
  });
});
