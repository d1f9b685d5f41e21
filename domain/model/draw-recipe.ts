import type { BoosterRecipe, Recipe } from '../../schemas/records/recipe.js';
import { seededRandom } from '../anomaly/seeded-random.js';

type Random = () => number;

/** By what each part of the present recipe may be multiplied. */
const factors = {
  eta: [0.6, 1, 1.6],
  subsample: [0.7, 1, 1.3],
  colsample_bytree: [0.6, 1, 1.6],
  min_child_weight: [0.5, 1, 2, 4],
  lambda: [0.3, 1, 3, 10],
  ridge: [0.3, 1, 3, 10],
} as const;
/** By what depth and calibration seasons may differ from it: they count in ones. */
const steps = { max_depth: [-1, 0, 1], calibrationSeasons: [-1, 0, 1, 2] } as const;

const oneOf = (values: readonly number[], random: Random): number =>
  values[Math.floor(random() * values.length)] ?? 0;
/** Two digits say all there is to say. */
const rounded = (value: number): number => Number(value.toPrecision(2));

function drawBooster({ parameters, chunk, most }: BoosterRecipe, random: Random): BoosterRecipe {
  const scaled = (name: keyof typeof factors & keyof typeof parameters): number =>
    rounded(parameters[name] * oneOf(factors[name], random));
  const eta = scaled('eta');
  return {
    parameters: {
      max_depth: Math.max(1, parameters.max_depth + oneOf(steps.max_depth, random)),
      eta,
      subsample: Math.min(1, scaled('subsample')),
      colsample_bytree: Math.min(1, scaled('colsample_bytree')),
      min_child_weight: scaled('min_child_weight'),
      lambda: scaled('lambda'),
    },
    chunk,
    // A booster that learns half as fast needs twice the rounds to get as far.
    most: Math.max(1, Math.round((most * parameters.eta) / eta / chunk)) * chunk,
  };
}

/**
 * The recipe of a trial: that of trial 0 is the present one, the others lie around it. The same seed and trial draw the same recipe, whatever was drawn before, so that
 * a run that was cut off goes on where it was, and more trials are more of the same sequence.
 */
export function drawRecipe(present: Recipe, seed: number, trial: number): Recipe {
  if (trial === 0) return present;
  const random = seededRandom(seed * 1_000_003 + trial);
  return {
    boosters: {
      withoutPrices: drawBooster(present.boosters.withoutPrices, random),
      withPrices: drawBooster(present.boosters.withPrices, random),
    },
    ridge: rounded(present.ridge * oneOf(factors.ridge, random)),
    calibrationSeasons: Math.max(1, present.calibrationSeasons + oneOf(steps.calibrationSeasons, random)),
  };
}
