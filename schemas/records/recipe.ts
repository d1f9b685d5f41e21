import { z } from 'zod';
import { BoosterParameters } from './booster.js';

/** How a booster is grown: its rounds are tried in steps of `chunk`, up to `most`. */
export const BoosterRecipe = z.strictObject({
  parameters: BoosterParameters,
  chunk: z.number().int().positive(),
  most: z.number().int().positive(),
});
export type BoosterRecipe = z.infer<typeof BoosterRecipe>;

/** How the model is made. */
export const Recipe = z.strictObject({
  boosters: z
    .strictObject({ withoutPrices: BoosterRecipe, withPrices: BoosterRecipe })
    .describe('Of the model with prices, and of the one without'),
  ridge: z.number().nonnegative().describe('The penalty of the logistic regression'),
  calibrationSeasons: z
    .number()
    .int()
    .positive()
    .describe('How many seasons before the test season choose rounds and weights'),
});
export type Recipe = z.infer<typeof Recipe>;
