import { z } from 'zod';
import { ModelVersion } from '../records/model.js';
import { Recipe } from '../records/recipe.js';
import { SeasonText } from './import-history.js';

/** Equal data and seed give equal model files. */
const Seed = z
  .number()
  .int()
  .nonnegative()
  .max(2_147_483_647)
  .default(1)
  .describe('What is left to chance goes by it');

/** What a model is learnt from, how it is made, and by which seed. */
export const LearningInput = z.strictObject({
  divisions: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Absent: the five top divisions where the lake has them, else every division it has'),
  trainFrom: SeasonText.optional().describe(
    'The first season learnt from. Absent: 2005-06, or the first there is after it',
  ),
  seed: Seed,
  recipe: Recipe.optional().describe('How the model is made. Absent: as the house makes it'),
});

export const TrainModelInput = LearningInput;
export type TrainModelInput = z.infer<typeof TrainModelInput>;

/** The version a training registered. */
export const TrainModelResult = ModelVersion;
export type TrainModelResult = z.infer<typeof TrainModelResult>;
