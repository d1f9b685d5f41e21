import type { Recipe } from '../../schemas/records/recipe.js';

const booster = {
  parameters: {
    ...{ max_depth: 2, eta: 0.2, subsample: 0.8 },
    ...{ colsample_bytree: 0.4, min_child_weight: 20, lambda: 1 },
  },
  chunk: 4,
  most: 8,
};

/** A recipe that fits in a moment. */
export const tinyRecipe: Recipe = {
  boosters: { withoutPrices: booster, withPrices: booster },
  ridge: 100,
  calibrationSeasons: 1,
};
