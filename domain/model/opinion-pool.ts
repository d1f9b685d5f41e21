import type { OutcomeClass, Probabilities } from '../../schemas/records/probabilities.js';
import { finish, minimize } from './minimize.js';
import { softmax } from './multinomial-logistic.js';

/** What two forecasters said of one match, and what came. */
export interface TwoOpinions {
  readonly opinions: readonly [Probabilities, Probabilities];
  readonly outcome: OutcomeClass;
}

export type PoolWeights = readonly [number, number];

/** Keeps weights near equal shares where the matches say little. */
const pull = 0.002;
const leastChance = 1e-12;

const logOf = (chance: number): number => Math.log(Math.max(chance, leastChance));

/**
 * The log-opinion pool: chances in proportion to the product of the opinions, each raised to its weight. Weights that sum to
 * less than 1 flatten the chances, more than 1 sharpens them: the pool is also the calibration.
 */
export function pool([first, second]: TwoOpinions['opinions'], [w1, w2]: PoolWeights): Probabilities {
  const value = (c: OutcomeClass): number => w1 * logOf(first[c]) + w2 * logOf(second[c]);
  return softmax(value(0), value(1), value(2));
}

/** The weights, none negative, under which the pool's log loss over the matches is least. */
export function fitPool(matches: readonly TwoOpinions[]): PoolWeights {
  const start = Math.log(0.5);
  const objective = (point: Float64Array, gradient: Float64Array): number => {
    // Weights are powers of e: they cannot fall below nothing.
    const weights: PoolWeights = [Math.exp(point[0] ?? start), Math.exp(point[1] ?? start)];
    let loss = 0;
    const slope: [number, number] = [0, 0];
    for (const { opinions, outcome } of matches) {
      const chances = pool(opinions, weights);
      loss -= Math.log(Math.max(chances[outcome], leastChance));
      for (const who of [0, 1] as const) {
        for (const c of [0, 1, 2] as const) {
          slope[who] += (chances[c] - (c === outcome ? 1 : 0)) * logOf(opinions[who][c]);
        }
      }
    }
    for (const who of [0, 1] as const) {
      const apart = weights[who] - 0.5;
      loss += matches.length * pull * apart * apart;
      gradient[who] = (slope[who] / matches.length + 2 * pull * apart) * weights[who];
    }
    return loss / matches.length;
  };
  const found = finish(minimize(objective, Float64Array.from([start, start])));
  return [Math.exp(found[0] ?? start), Math.exp(found[1] ?? start)];
}

/**
 * The standard errors of fitted weights, by the curvature of the log loss at them; infinite where the matches say nothing of a weight. Source: the observed information
 * of a multinomial logit, as in A. Agresti, Categorical Data Analysis (2013), section 8.1.
 */
export function poolErrors(matches: readonly TwoOpinions[], weights: PoolWeights): PoolWeights {
  let [first, both, second] = [0, 0, 0];
  for (const { opinions } of matches) {
    const chances = pool(opinions, weights);
    const logs = ([0, 1, 2] as const).map((c) => [logOf(opinions[0][c]), logOf(opinions[1][c])] as const);
    const mean = (value: (log: readonly [number, number]) => number): number =>
      logs.reduce((sum, log, c) => sum + (chances[c] ?? 0) * value(log), 0);
    const [one, other] = [mean(([log]) => log), mean(([, log]) => log)];
    first += mean(([log]) => log * log) - one * one;
    both += mean(([log, beside]) => log * beside) - one * other;
    second += mean(([, log]) => log * log) - other * other;
  }
  const determinant = first * second - both * both;
  return determinant > 0
    ? [Math.sqrt(second / determinant), Math.sqrt(first / determinant)]
    : [Infinity, Infinity];
}
