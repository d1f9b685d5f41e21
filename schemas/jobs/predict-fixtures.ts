import { z } from 'zod';
import { ModelChoice } from '../records/prediction.js';

export const PredictFixturesInput = z.strictObject({
  modelAlias: ModelChoice.default('serving').describe(
    'Which version of the model predicts; serving: production, or staging where nothing was promoted',
  ),
});
export type PredictFixturesInput = z.infer<typeof PredictFixturesInput>;

/** Fixtures ahead that the model covers, and how many predictions were new: the others stood already. */
export const PredictFixturesResult = z.object({
  modelVersion: z.number().int(),
  fixtures: z.number().int().nonnegative(),
  stored: z.number().int().nonnegative(),
});
export type PredictFixturesResult = z.infer<typeof PredictFixturesResult>;
