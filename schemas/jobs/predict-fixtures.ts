import { z } from 'zod';
import { ModelAlias } from '../records/model.js';

export const PredictFixturesInput = z.strictObject({
  modelAlias: ModelAlias.default('staging').describe('Which version of the model predicts'),
});
export type PredictFixturesInput = z.infer<typeof PredictFixturesInput>;

/** Fixtures ahead that the model covers, and how many predictions were new: the others stood already. */
export const PredictFixturesResult = z.object({
  modelVersion: z.number().int(),
  fixtures: z.number().int().nonnegative(),
  stored: z.number().int().nonnegative(),
});
export type PredictFixturesResult = z.infer<typeof PredictFixturesResult>;
