import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { divergence } from '../../../domain/model/divergence.js';
import type { Probabilities } from '../../../schemas/records/probabilities.js';

const weight = fc.double({ min: 1e-6, max: 1, noNaN: true });
const chances = fc.tuple(weight, weight, weight).map(([a, b, c]): Probabilities => {
  const total = a + b + c;
  return [a / total, b / total, c / total];
});

describe('the divergence from the true chances', () => {
  it('is never negative', () => {
    fc.assert(
      fc.property(chances, chances, (truth, said) => {
        expect(divergence(truth, said)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is nothing where both are equal, and something where they are not', () => {
    fc.assert(
      fc.property(chances, chances, (truth, said) => {
        expect(divergence(truth, truth)).toBeLessThan(1e-15);
        const apart = Math.max(...truth.map((chance, c) => Math.abs(chance - (said[c] ?? 0))));
        // Pinsker: at least half the square of the distance in absolute terms.
        expect(divergence(truth, said)).toBeGreaterThanOrEqual(2 * apart ** 2 * (1 - 1e-9) - 1e-15);
      }),
    );
  });

  it('is the mean log loss above that of the truth itself', () => {
    const [truth, said]: [Probabilities, Probabilities] = [
      [0.2, 0.3, 0.5],
      [0.25, 0.25, 0.5],
    ];
    const loss = (told: Probabilities): number =>
      -truth.reduce((sum, chance, c) => sum + chance * Math.log(told[c] ?? 0), 0);
    expect(divergence(truth, said)).toBeCloseTo(loss(said) - loss(truth), 12);
  });

  it('counts an outcome that cannot be as nothing, and one that was said to be impossible as everything', () => {
    expect(divergence([0, 0.5, 0.5], [0.1, 0.45, 0.45])).toBeCloseTo(Math.log(0.5 / 0.45), 12);
    expect(divergence([0.2, 0.3, 0.5], [0, 0.5, 0.5])).toBe(Infinity);
  });
});
