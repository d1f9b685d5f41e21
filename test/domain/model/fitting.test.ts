import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finish, minimize } from '../../../domain/model/minimize.js';
import { askLogistic, fitLogistic, softmax } from '../../../domain/model/multinomial-logistic.js';
import { fitPool, pool, poolErrors, type TwoOpinions } from '../../../domain/model/opinion-pool.js';
import { meanOf } from '../../../domain/model/scores.js';
import type { FeatureMatrix } from '../../../schemas/records/booster.js';
import type { MultinomialLogistic } from '../../../schemas/records/model.js';
import type { OutcomeClass, Probabilities } from '../../../schemas/records/probabilities.js';
import { randomStream, type Random } from '../../../simulator/random.js';

const drawn = (random: Random, chances: Probabilities): OutcomeClass => {
  const value = random.uniform();
  if (value < chances[0]) return 0;
  return value < chances[0] + chances[1] ? 1 : 2;
};

describe('the minimiser', () => {
  it('finds the bottom of any bowl', () => {
    const number = fc.double({ min: -5, max: 5, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, fc.double({ min: 0.1, max: 50, noNaN: true })), {
          minLength: 1,
          maxLength: 8,
        }),
        (bowl) => {
          const found = finish(
            minimize((point, gradient) => {
              let value = 1;
              for (const [i, [bottom, steepness]] of bowl.entries()) {
                const apart = (point[i] ?? 0) - bottom;
                value += steepness * apart * apart;
                gradient[i] = 2 * steepness * apart;
              }
              return value;
            }, new Float64Array(bowl.length)),
          );
          for (const [i, [bottom]] of bowl.entries()) expect(found[i]).toBeCloseTo(bottom, 2);
        },
      ),
    );
  });
});

describe('the logistic regression', () => {
  const random = randomStream(1, 'logistic');
  const matrixOf = (rows: readonly (readonly number[])[]): FeatureMatrix => ({
    rows: rows.length,
    columns: 2,
    values: Float32Array.from(rows.flat()),
  });
  const rows = Array.from({ length: 6_000 }, () => [random.normal() * 40, random.normal()] as const);
  const truth = ([rating]: readonly [number, number]): Probabilities =>
    softmax(-0.02 * rating, -0.3, 0.02 * rating + 0.2);
  const outcomes = rows.map((row) => drawn(random, truth(row)));
  const model = finish(fitLogistic(['rating', 'noise'], matrixOf(rows), outcomes, 1));
  const ask = (fitted: MultinomialLogistic, row: readonly [number, number]): Probabilities =>
    askLogistic(fitted, matrixOf([row]))[0] ?? [0, 0, 0];

  it('finds the chances that the outcomes were drawn from', () => {
    const apart = meanOf(rows, (row) => Math.abs(ask(model, row)[2] - truth(row)[2]));
    expect(apart).toBeLessThan(0.015);
  });

  it('takes a missing value for the mean', () => {
    const [rating = 0, noise = 0] = model.means;
    const mean = ask(model, [rating, noise]);
    expect(ask(model, [Number.NaN, Number.NaN])[2]).toBeCloseTo(mean[2], 6);
  });

  it('gives the base rate where no feature says anything', () => {
    const blank = matrixOf(rows.map(() => [Number.NaN, 3]));
    const chances = ask(finish(fitLogistic(['none', 'same'], blank, outcomes, 1)), [1, 3]);
    expect(chances[2]).toBeCloseTo(
      meanOf(outcomes, (outcome) => (outcome === 2 ? 1 : 0)),
      3,
    );
  });
});

describe('the log-opinion pool', () => {
  const chances = fc
    .tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }))
    .map(([a, d, h]): Probabilities => [a / (a + d + h), d / (a + d + h), h / (a + d + h)]);

  it('of weights 1 and 0 is the first opinion', () => {
    fc.assert(
      fc.property(chances, chances, (first, second) => {
        for (const c of [0, 1, 2] as const)
          expect(pool([first, second], [1, 0])[c]).toBeCloseTo(first[c], 12);
      }),
    );
  });

  it('trusts the one who knows, and tempers both who shout', () => {
    const random = randomStream(2, 'pool');
    const matches = Array.from({ length: 5_000 }, (): TwoOpinions => {
      const strength = random.normal();
      const logs = [-0.5 * strength, -0.1, 0.5 * strength + 0.3] as const;
      const shouted = softmax(2 * logs[0], 2 * logs[1], 2 * logs[2]);
      const guess = random.normal();
      return { opinions: [shouted, softmax(-guess, 0, guess)], outcome: drawn(random, softmax(...logs)) };
    });
    const [knows, guesses] = fitPool(matches);
    expect(knows).toBeCloseTo(0.5, 1);
    expect(guesses).toBeLessThan(0.06);
  });

  it('knows how sure its weights are: those of other matches lie as far apart as their errors say', () => {
    const draw = (seed: number): TwoOpinions[] => {
      const random = randomStream(seed, 'errors');
      return Array.from({ length: 600 }, (): TwoOpinions => {
        const [first, second] = [random.normal(), random.normal()];
        const said = (strength: number) => softmax(-strength, 0, strength);
        const outcome = drawn(random, pool([said(first), said(second)], [0.7, 0.3]));
        return { opinions: [said(first), said(second)], outcome };
      });
    };
    const fitted = Array.from({ length: 60 }, (_, seed) => fitPool(draw(seed)));
    const errors = poolErrors(draw(1), fitPool(draw(1)));
    for (const who of [0, 1] as const) {
      const mean = meanOf(fitted, (weights) => weights[who]);
      const apart = Math.sqrt(meanOf(fitted, (weights) => (weights[who] - mean) ** 2));
      expect(apart / errors[who]).toBeGreaterThan(0.75);
      expect(apart / errors[who]).toBeLessThan(1.25);
    }
  });

  it('is sure of no weight where both say the same', () => {
    const opinions: TwoOpinions['opinions'] = [
      [0.3, 0.3, 0.4],
      [0.3, 0.3, 0.4],
    ];
    expect(poolErrors([{ opinions, outcome: 2 }], [0.5, 0.5])[0]).toBeGreaterThan(1e6);
  });
});
