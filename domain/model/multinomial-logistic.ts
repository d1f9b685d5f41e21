import type { FeatureMatrix } from '../../schemas/records/booster.js';
import type { MultinomialLogistic } from '../../schemas/records/model.js';
import type { OutcomeClass, Probabilities } from '../../schemas/records/probabilities.js';
import { minimize, type Steps } from './minimize.js';

const classes = 3;

/** Chances from three values on the log scale. */
export function softmax(away: number, draw: number, home: number): Probabilities {
  const most = Math.max(away, draw, home);
  const [a, d, h] = [Math.exp(away - most), Math.exp(draw - most), Math.exp(home - most)];
  const total = a + d + h;
  return [a / total, d / total, h / total];
}

type Scale = Pick<MultinomialLogistic, 'means' | 'deviations'>;

/** Mean and deviation of each column's numbers; a column without spread gets deviation 1. NaN is left out. */
function scaleOf({ rows, columns, values }: FeatureMatrix): Scale {
  const spreads = Array.from({ length: columns }, (_, column) => {
    let [count, sum, squares] = [0, 0, 0];
    for (let at = column; at < rows * columns; at += columns) {
      const value = values[at] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      count += 1;
      sum += value;
      squares += value * value;
    }
    const mean = count === 0 ? 0 : sum / count;
    const variance = count === 0 ? 0 : squares / count - mean * mean;
    return { mean, deviation: variance > 1e-12 * (1 + mean * mean) ? Math.sqrt(variance) : 1 };
  });
  return { means: spreads.map(({ mean }) => mean), deviations: spreads.map(({ deviation }) => deviation) };
}

/** A matrix on the scale of the model, a missing value at the mean, and 1 for the intercept at the end of each row. */
function scaled({ rows, columns, values }: FeatureMatrix, { means, deviations }: Scale): Float64Array {
  const width = columns + 1;
  const inputs = new Float64Array(rows * width).fill(1);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const value = values[row * columns + column] ?? Number.NaN;
      inputs[row * width + column] = Number.isNaN(value)
        ? 0
        : (value - (means[column] ?? 0)) / (deviations[column] ?? 1);
    }
  }
  return inputs;
}

/** The chances of the row at `row`: `weights` holds a run of `width` coefficients a class. */
function chancesOf(
  inputs: Float64Array,
  row: number,
  weights: ArrayLike<number>,
  width: number,
): Probabilities {
  let [away, draw, home] = [0, 0, 0];
  for (let i = 0; i < width; i += 1) {
    const value = inputs[row * width + i] ?? 0;
    away += value * (weights[i] ?? 0);
    draw += value * (weights[width + i] ?? 0);
    home += value * (weights[2 * width + i] ?? 0);
  }
  return softmax(away, draw, home);
}

/**
 * Fits a multinomial logistic regression of the outcome on features, each on the scale of its spread, by maximum
 * likelihood with a penalty of ridge/2 × the sum of squared coefficients (intercepts are free).
 */
export function* fitLogistic(
  features: readonly string[],
  matrix: FeatureMatrix,
  outcomes: readonly OutcomeClass[],
  ridge: number,
): Steps<MultinomialLogistic> {
  const scale = scaleOf(matrix);
  const inputs = scaled(matrix, scale);
  const width = matrix.columns + 1;

  const objective = (weights: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (const [row, outcome] of outcomes.entries()) {
      const chances = chancesOf(inputs, row, weights, width);
      loss -= Math.log(chances[outcome]);
      for (const c of [0, 1, 2] as const) {
        const error = chances[c] - (c === outcome ? 1 : 0);
        for (let i = 0; i < width; i += 1) {
          gradient[c * width + i] = (gradient[c * width + i] ?? 0) + error * (inputs[row * width + i] ?? 0);
        }
      }
    }
    for (let at = 0; at < weights.length; at += 1) {
      if (at % width === width - 1) continue;
      const weight = weights[at] ?? 0;
      loss += (ridge / 2) * weight * weight;
      gradient[at] = (gradient[at] ?? 0) + ridge * weight;
    }
    // Means a match, so that the minimiser's tolerance does not depend on how many there are.
    for (let at = 0; at < gradient.length; at += 1) gradient[at] = (gradient[at] ?? 0) / outcomes.length;
    return loss / outcomes.length;
  };
  const weights = yield* minimize(objective, new Float64Array(classes * width));
  return { features: [...features], ...scale, weights: [...weights] };
}

/** The chances the model gives each row of its features, in their order. */
export function askLogistic(model: MultinomialLogistic, matrix: FeatureMatrix): Probabilities[] {
  const inputs = scaled(matrix, model);
  return Array.from({ length: matrix.rows }, (_, row) =>
    chancesOf(inputs, row, model.weights, matrix.columns + 1),
  );
}
