import type { BoosterParameters } from '../../schemas/records/booster.js';

/** How the model is made. One object, so that tuning has one place; a test passes a lighter one. */
export interface Recipe {
  /** The parts of the model with prices, and of the one without. */
  readonly boosters: Readonly<Record<Variant, BoosterRecipe>>;
  /** The penalty of the logistic regression. */
  readonly ridge: number;
  /** How many seasons before the test season choose rounds and weights. */
  readonly calibrationSeasons: number;
}

export const variants = ['withoutPrices', 'withPrices'] as const;
export type Variant = (typeof variants)[number];

export interface BoosterRecipe {
  readonly parameters: BoosterParameters;
  /** Rounds are tried in steps of `chunk`, up to `most`. */
  readonly chunk: number;
  readonly most: number;
}

const trees = { max_depth: 3, eta: 0.05, subsample: 0.7, min_child_weight: 20, lambda: 1 } as const;

/** Tuned on 2015-16 to 2020-21 of the top five leagues, walking forward; no later season had a say. */
export const recipe: Recipe = {
  boosters: {
    withoutPrices: {
      parameters: { ...trees, colsample_bytree: 0.3 },
      chunk: 20,
      most: 260,
    },
    withPrices: {
      parameters: { ...trees, colsample_bytree: 0.5 },
      chunk: 20,
      most: 160,
    },
  },
  ridge: 100,
  calibrationSeasons: 4,
};
