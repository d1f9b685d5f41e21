import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { devig, devigMethods, shin } from '../../../domain/odds/devig.js';
import type { PriceTriple } from '../../../schemas/records/probabilities.js';

const price = fc.double({ min: 1.02, max: 100, noNaN: true });
const fairPrices = fc
  .tuple(
    fc.integer({ min: 1, max: 1000 }),
    fc.integer({ min: 1, max: 1000 }),
    fc.integer({ min: 1, max: 1000 }),
  )
  .map(([a, d, h]): PriceTriple => [(a + d + h) / a, (a + d + h) / d, (a + d + h) / h]);
const withMargin = fc
  .tuple(fairPrices, fc.double({ min: 1.005, max: 1.2, noNaN: true }))
  .map(([[a, d, h], margin]): PriceTriple => [a / margin, d / margin, h / margin])
  .filter((prices) => prices.every((value) => value > 1.01));

describe.each(devigMethods)('taking the margin out by %s', (method) => {
  it('gives chances that sum to 1, whatever the prices', () => {
    fc.assert(
      fc.property(fc.tuple(price, price, price), (prices) => {
        const chances = devig(method, prices);
        expect(chances[0] + chances[1] + chances[2]).toBeCloseTo(1, 12);
        for (const chance of chances) expect(chance).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('keeps the order of the prices', () => {
    fc.assert(
      fc.property(withMargin, (prices) => {
        const chances = devig(method, prices);
        for (const i of [0, 1, 2] as const) {
          for (const j of [0, 1, 2] as const) {
            if (prices[i] < prices[j]) expect(chances[i]).toBeGreaterThanOrEqual(chances[j]);
          }
        }
      }),
    );
  });

  it('leaves fair prices as they are', () => {
    fc.assert(
      fc.property(fairPrices, (prices) => {
        const chances = devig(method, prices);
        for (const i of [0, 1, 2] as const) expect(chances[i]).toBeCloseTo(1 / prices[i], 6);
      }),
    );
  });
});

describe("Shin's method", () => {
  it('takes more of the margin from the longshot than proportion does', () => {
    fc.assert(
      fc.property(withMargin, (prices) => {
        const longshot = prices.indexOf(Math.max(...prices));
        const [ours, theirs] = [shin(prices), devig('proportional', prices)];
        expect(ours[longshot]).toBeLessThanOrEqual((theirs[longshot] ?? 0) + 1e-9);
      }),
    );
  });

  it('finds the chances again from which a bookmaker in fear of insiders made the prices', () => {
    const insiders = fc.double({ min: 0.001, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(fairPrices, insiders, (fair, z) => {
        // Shin's prices: q = g(p) Σ g(p) with g(p) = √(z p + (1 − z) p²).
        const worth = fair.map((value) => Math.sqrt(z / value + (1 - z) / value ** 2));
        const total = worth.reduce((sum, value) => sum + value, 0);
        const price = (index: 0 | 1 | 2): number => 1 / ((worth[index] ?? 0) * total);
        const chances = shin([price(0), price(1), price(2)]);
        for (const i of [0, 1, 2] as const) expect(chances[i]).toBeCloseTo(1 / fair[i], 6);
      }),
    );
  });
});
