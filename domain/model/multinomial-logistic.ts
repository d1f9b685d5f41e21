import type { MultinomialLogistic } from '../../schemas/records/model.js';
import type { OutcomeClass, Probabilities } from '../../schemas/records/probabilities.js';
import { minimize } from './minimize.js';

const classes = 3;

/** Chances from three values on the log scale. */
export function softmax(away: number, draw: number, home: number): Probabilities {
  const most = Math.max(away, draw, home);
  const [a, d, h] = [Math.exp(away - most), Math.exp(draw - most), Math.exp(home - most)];
  const total = a + d + h;
  return [a / total, d / total, h / total];
}

/** Mean and deviation of a column's numbers; a column without spread gets deviation 1. NaN is left out. */
function spread(rows: readonly Float32Array[], column: number): { mean: number; deviation: number } {
  let [count, sum, squares] = [0, 0, 0];
  for (const row of rows) {
    const value = row[column] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    count += 1;
    sum += value;
    squares += value * value;
  }
  if (count === 0) return { mean: 0, deviation: 1 };
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  return { mean, deviation: variance > 1e-12 * (1 + mean * mean) ? Math.sqrt(variance) : 1 };
}

/** A row on the scale of the model, with 1 for the intercept at its end; a missing value is the mean. */
function scaled(row: Float32Array, { means, deviations }: Pick<MultinomialLogistic, 'means' | 'deviations'>) {
  const values = new Float64Array(means.length + 1);
  for (const [column, mean] of means.entries()) {
    const value = row[column] ?? Number.NaN;
    values[column] = Number.isNaN(value) ? 0 : (value - mean) / (deviations[column] ?? 1);
  }
  values[means.length] = 1;
  return values;
}

/** The value of each class on the log scale: `weights` holds a run of coefficients, intercept last, a class. */
function classValues(row: Float64Array, weights: ArrayLike<number>): Probabilities {
  const values: [number, number, number] = [0, 0, 0];
  const width = row.length;
  for (const c of [0, 1, 2] as const) {
    let sum = 0;
    for (let i = 0; i < width; i += 1) sum += (row[i] ?? 0) * (weights[c * width + i] ?? 0);
    values[c] = sum;
  }
  return values;
}

/**
 * Fits a multinomial logistic regression of the outcome on features, each on the scale of its spread, by maximum
 * likelihood with a penalty of ridge/2 × the sum of squared coefficients (intercepts are free).
 */
export function fitLogistic(
  features: readonly string[],
  rows: readonly Float32Array[],
  outcomes: readonly OutcomeClass[],
  ridge: number,
): MultinomialLogistic {
  const spreads = features.map((_, column) => spread(rows, column));
  const scale = {
    means: spreads.map(({ mean }) => mean),
    deviations: spreads.map(({ deviation }) => deviation),
  };
  const inputs = rows.map((row) => scaled(row, scale));
  const width = features.length + 1;

  const objective = (weights: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (const [index, input] of inputs.entries()) {
      const outcome = outcomes[index] ?? 0;
      const chances = softmax(...classValues(input, weights));
      loss -= Math.log(chances[outcome]);
      for (const c of [0, 1, 2] as const) {
        const error = chances[c] - (c === outcome ? 1 : 0);
        const at = c * width;
        for (let i = 0; i < width; i += 1)
          gradient[at + i] = (gradient[at + i] ?? 0) + error * (input[i] ?? 0);
      }
    }
    for (let at = 0; at < weights.length; at += 1) {
      if (at % width === width - 1) continue;
      const weight = weights[at] ?? 0;
      loss += (ridge / 2) * weight * weight;
      gradient[at] = (gradient[at] ?? 0) + ridge * weight;
    }
    // Means a match, so that the minimiser's tolerance does not depend on how many there are.
    for (let at = 0; at < gradient.length; at += 1) gradient[at] = (gradient[at] ?? 0) / rows.length;
    return loss / rows.length;
  };
  const weights = minimize(objective, new Float64Array(classes * width));
  return { features: [...features], ...scale, weights: [...weights] };
}

/** The chances the model gives a row of its features, in their order. */
export const askLogistic = (model: MultinomialLogistic, row: Float32Array): Probabilities =>
  softmax(...classValues(scaled(row, model), model.weights));
