import { z } from 'zod';
import { ModelChoice, RefusalReason } from '../records/prediction.js';
import { JobOutcome } from './outcome.js';

export const PredictFixturesInput = z.strictObject({
  modelAlias: ModelChoice.default('serving').describe(
    'Which version of the model predicts; serving: production, or staging where nothing was promoted',
  ),
});
export type PredictFixturesInput = z.infer<typeof PredictFixturesInput>;

/** Fixtures ahead that were predicted, how many predictions were new: the others stood already; and how many were refused, by reason. */
export const PredictFixturesResult = z.object({
  result: JobOutcome,
  modelVersion: z.number().int(),
  fixtures: z.number().int().nonnegative(),
  stored: z.number().int().nonnegative(),
  refused: z.partialRecord(RefusalReason, z.number().int().positive()),
});
export type PredictFixturesResult = z.infer<typeof PredictFixturesResult>;
