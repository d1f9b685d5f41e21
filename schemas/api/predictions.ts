import { z } from 'zod';
import { featureGroups, ModelChoice, RefusalReason } from '../records/prediction.js';
import { Outcome } from '../values.js';
import { Flag, Id } from './parameters.js';

const Iso = z.iso.datetime();
const Chance = z.number().min(0).max(1);

const Choice = ModelChoice.default('serving').describe(
  'Which version answers: the one in production, or staging where none was promoted; or only one of the two',
);

export const PredictionPath = z.object({ match_id: Id });

export const PredictionQuery = z.object({
  explain: Flag.optional().describe('Takes the prediction apart as well'),
  model: Choice,
});

/** A stored prediction, by the names of its columns (GLD-4). */
export const StoredPrediction = z.object({
  id: z.int(),
  match_id: z.int(),
  model_name: z.string(),
  model_version: z.string(),
  home_win_probability: Chance,
  draw_probability: Chance,
  away_win_probability: Chance,
  predicted_result: Outcome,
  confidence_score: Chance,
  features_used: z.record(z.string(), z.unknown()).describe('What the model was fed'),
  prediction_metadata: z.record(z.string(), z.unknown()),
  created_at: Iso,
  actual_result: Outcome.nullable(),
  is_correct: z.boolean().nullable(),
  verified_at: Iso.nullable(),
});
export type StoredPrediction = z.infer<typeof StoredPrediction>;

/** `real_time`: made for this request. `cached`: made before, of the features as they still are, or before the match began. */
export const PredictionSource = z.enum(['cached', 'real_time']);
export type PredictionSource = z.infer<typeof PredictionSource>;

/** A prediction taken apart, in log-odds of the home team against the away team. */
export const Explanation = z.object({
  home_over_away: z.number().describe('ln(home / away)'),
  terms: z.array(
    z.object({
      opinion: z.enum(['booster', 'market', 'regression']),
      weight: z.number(),
      value: z.number(),
    }),
  ),
  groups: z
    .array(z.object({ group: z.enum(featureGroups), features: z.int(), change: z.number() }))
    .describe('What would be gone of it where the model did not see the group: an ablation, no cause'),
});
export type Explanation = z.infer<typeof Explanation>;

export const ToldPrediction = z.object({
  match_id: z.int(),
  source: PredictionSource,
  prediction: StoredPrediction,
  explanation: Explanation.nullable().describe('Null where none was asked for, or the match has begun'),
});
export type ToldPrediction = z.infer<typeof ToldPrediction>;

export const PredictionsBody = z.strictObject({
  match_ids: z.array(z.int().positive()).min(1).max(1_000),
  model: Choice,
});

export const PredictionOfMany = z.discriminatedUnion('status', [
  z.object({
    match_id: z.int(),
    status: z.literal('predicted'),
    source: PredictionSource,
    prediction: StoredPrediction,
  }),
  z.object({ match_id: z.int(), status: z.literal('refused'), reason: RefusalReason, says: z.string() }),
]);
export type PredictionOfMany = z.infer<typeof PredictionOfMany>;

export const ToldPredictions = z.object({
  predicted: z.int(),
  refused: z.int(),
  predictions: z
    .array(PredictionOfMany)
    .describe('One a match, in the order of the first time it was asked for'),
});
