import { describe, expect, it } from 'vitest';
import { meanLogistic } from '../../../domain/model/mean-logistic.js';
import { askLogistic } from '../../../domain/model/multinomial-logistic.js';
import { InvariantBroken } from '../../../schemas/errors.js';

const both = {
  features: ['form', 'chance'],
  means: [1, 2],
  deviations: [2, 4],
  weights: [0.3, -0.2, 0.1, -0.1, 0.1, -0.4, -0.2, 0.1, 0.3],
};
const alone = {
  features: ['chance'],
  means: [2],
  deviations: [4],
  weights: [-0.6, 0.2, 0.1, -0.3, 0.5, 0.1],
};
const rows = { rows: 2, columns: 2, values: Float32Array.of(3, 5, -1, Number.NaN) };
const ofChance = { rows: 2, columns: 1, values: Float32Array.of(5, Number.NaN) };

describe('the regression halfway between two', () => {
  it('gives chances in proportion to the geometric mean of theirs', () => {
    const [one, other] = [askLogistic(both, rows), askLogistic(alone, ofChance)];
    const said = askLogistic(meanLogistic(both, alone), rows);
    for (const [row, chances] of said.entries()) {
      const products = ([0, 1, 2] as const).map((c) =>
        Math.sqrt((one[row]?.[c] ?? 0) * (other[row]?.[c] ?? 0)),
      );
      const total = products.reduce((sum, product) => sum + product, 0);
      for (const c of [0, 1, 2] as const) expect(chances[c]).toBeCloseTo((products[c] ?? 0) / total, 10);
    }
  });

  it('is the regression itself where both are the same', () => {
    expect(meanLogistic(both, both)).toEqual(both);
  });

  it('is refused where the second reads what the first does not', () => {
    expect(() => meanLogistic(alone, both)).toThrow(InvariantBroken);
    expect(() => meanLogistic(alone, both)).toThrow('without form');
  });
});
