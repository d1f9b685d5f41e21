import { z } from 'zod';
import { Recipe } from '../records/recipe.js';
import { Season, seasonOfStartYear } from '../values.js';
import { SeasonText } from './import-history.js';
import { LearningInput } from './train-model.js';

export const TuneModelInput = LearningInput.extend({
  validate: z
    .array(SeasonText)
    .min(1)
    .describe('Recipes are judged on these seasons, each predicted from those before it'),
  heldBack: SeasonText.default(seasonOfStartYear(2021)).describe(
    'The first season that judges models: neither it nor a later one is read',
  ),
  trials: z
    .number()
    .int()
    .positive()
    .max(300)
    .default(20)
    .describe('Recipes that are drawn, besides the present one'),
  budgetMinutes: z
    .number()
    .positive()
    .optional()
    .describe('No trial is begun that would, by the longest so far, end later'),
});
export type TuneModelInput = z.infer<typeof TuneModelInput>;

/** Which tuning a trial is of: everything that its score depends on. */
export const TuningPlan = z.object({
  /** Names its folder; the same settings on the same snapshot have the same. */
  tuning: z.string().regex(/^[0-9a-f]{16}$/),
  lakeSnapshot: z.number().int(),
});
export type TuningPlan = z.infer<typeof TuningPlan>;

const Losses = z.array(z.number());

/** A recipe with what it lost on each judged match of the validation seasons, in one order for all trials. */
export const Trial = z.object({
  trial: z.number().int().nonnegative(),
  recipe: Recipe,
  losses: z.object({ withoutPrices: Losses, withPrices: Losses }),
});
export type Trial = z.infer<typeof Trial>;

/** A trial in a line. Log losses are means over the matches; `mean` is that of both models. */
export const TrialRow = z.object({
  trial: z.number().int().nonnegative(),
  recipe: Recipe,
  n: z.number().int().positive(),
  withoutPrices: z.number(),
  withPrices: z.number(),
  mean: z.number(),
  /** `mean` less that of the present recipe, match by match. */
  difference: z.number(),
  /** Of `difference`. */
  standardError: z.number(),
});
export type TrialRow = z.infer<typeof TrialRow>;

/** What came of a tuning. */
export const TuningReport = TuningPlan.extend({
  validate: z.array(Season),
  heldBack: Season,
  seed: z.number().int(),
  /** Best first. */
  rows: z.array(TrialRow).min(1),
  /** The trial whose recipe was chosen; 0 is the present recipe. */
  chosen: z.number().int().nonnegative(),
});
export type TuningReport = z.infer<typeof TuningReport>;

/** What a tuning leaves in the history of its workflow: which it was, how many recipes it tried, and which it chose. */
export const TuneModelResult = TuningPlan.extend({
  tried: z.number().int().positive(),
  chosen: z.number().int().nonnegative(),
});
export type TuneModelResult = z.infer<typeof TuneModelResult>;
