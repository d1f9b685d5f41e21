import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reliabilityOf, wilsonInterval } from '../../../domain/model/reliability.js';
import type { Judged } from '../../../domain/model/scores.js';
import type { OutcomeClass } from '../../../schemas/records/probabilities.js';

const judged = fc
  .tuple(
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    fc.nat(2),
  )
  .map(([a, b, came]): Judged => {
    const outcome: OutcomeClass = came === 0 ? 0 : came === 1 ? 1 : 2;
    const total = a + b + 0.5;
    return { chances: [a / total, b / total, 0.5 / total], outcome };
  });

describe('the reliability of a model', () => {
  it('holds every chance of every match in one bin, within its bounds, its interval around what came', () => {
    fc.assert(
      fc.property(fc.array(judged, { minLength: 1, maxLength: 60 }), (matches) => {
        const bins = reliabilityOf('model-with-prices', matches);
        for (const outcome of ['away', 'draw', 'home'] as const) {
          const own = bins.filter((bin) => bin.outcome === outcome);
          expect(own.reduce((sum, { n }) => sum + n, 0)).toBe(matches.length);
        }
        for (const { from, to, said, came, low, high } of bins) {
          expect(said).toBeGreaterThanOrEqual(from - 1e-12);
          expect(said).toBeLessThanOrEqual(to + 1e-12);
          expect(low).toBeLessThanOrEqual(came + 1e-12);
          expect(high).toBeGreaterThanOrEqual(came - 1e-12);
        }
      }),
    );
  });

  it('is what was said and what came', () => {
    const chances = [0.25, 0.25, 0.5] as const;
    const outcomes: readonly OutcomeClass[] = [2, 2, 0, 1];
    const bins = reliabilityOf(
      'model-without-prices',
      outcomes.map((outcome) => ({ chances, outcome })),
    );
    expect(bins.map(({ outcome, from, n, said, came }) => [outcome, from, n, said, came])).toEqual([
      ['away', 0.2, 4, 0.25, 0.25],
      ['draw', 0.2, 4, 0.25, 0.25],
      ['home', 0.5, 4, 0.5, 0.5],
    ]);
  });

  it("has Wilson's interval", () => {
    // As R's binom::binom.confint(3, 10, methods = "wilson") and (0, 20) have it.
    const [low, high] = wilsonInterval(0.3, 10);
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.1078', '0.6032']);
    expect(wilsonInterval(0, 20)[0]).toBe(0);
    expect(wilsonInterval(0, 20)[1].toFixed(4)).toBe('0.1611');
  });
});
