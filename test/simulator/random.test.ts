import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../simulator/random.js';

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]): number => {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** 2));
};
const draws = (count: number, draw: () => number): number[] => Array.from({ length: count }, draw);

describe('randomStream', () => {
  it('gives the same numbers for the same seed and labels, and others for any other', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.string(), { maxLength: 3 }), (seed, labels) => {
        const first = draws(5, randomStream(seed, ...labels).uniform);
        expect(draws(5, randomStream(seed, ...labels).uniform)).toEqual(first);
        expect(draws(5, randomStream(seed + 1, ...labels).uniform)).not.toEqual(first);
        expect(draws(5, randomStream(seed, ...labels, 'more').uniform)).not.toEqual(first);
      }),
    );
  });

  it('draws uniform, normal and Poisson numbers with the moments of their distributions', () => {
    const random = randomStream(1, 'moments');
    const uniform = draws(50_000, random.uniform);
    expect(mean(uniform)).toBeCloseTo(0.5, 2);
    expect(variance(uniform)).toBeCloseTo(1 / 12, 2);
    const normal = draws(50_000, random.normal);
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(variance(normal)).toBeCloseTo(1, 1);
    const poisson = draws(50_000, () => random.poisson(2.7));
    expect(mean(poisson)).toBeCloseTo(2.7, 1);
    expect(variance(poisson)).toBeCloseTo(2.7, 1);
  });

  it('shuffles without losing or repeating an item', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer(), { maxLength: 40 }), (seed, items) => {
        const shuffled = randomStream(seed).shuffled(items);
        expect(shuffled.sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
      }),
    );
  });
});
