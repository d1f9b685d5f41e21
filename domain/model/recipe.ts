import type { Recipe } from '../../schemas/records/recipe.js';

export const variants = ['withoutPrices', 'withPrices'] as const;
export type Variant = (typeof variants)[number];

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
