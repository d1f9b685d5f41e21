import { z } from 'zod';
import type { PredictionRow } from '../../adapters/postgres/told-predictions.js';
import type { Explanation, StoredPrediction } from '../../schemas/api/predictions.js';
import type { PredictionExplanation } from '../../schemas/records/prediction.js';

const Fields = z.record(z.string(), z.unknown());

/** A stored prediction as the API tells it. */
export const predictionDocument = (row: PredictionRow): StoredPrediction => ({
  id: row.id,
  match_id: row.matchId,
  model_name: row.modelName,
  model_version: row.modelVersion,
  home_win_probability: row.home,
  draw_probability: row.draw,
  away_win_probability: row.away,
  predicted_result: row.predicted,
  confidence_score: row.confidence,
  features_used: Fields.parse(row.featuresUsed),
  prediction_metadata: Fields.parse(row.metadata),
  created_at: row.createdAt.toISOString(),
  actual_result: row.actual,
  is_correct: row.isCorrect,
  verified_at: row.verifiedAt?.toISOString() ?? null,
});

/** A prediction taken apart, as the API tells it. */
export const explanationDocument = ({ homeOverAway, terms, groups }: PredictionExplanation): Explanation => ({
  home_over_away: homeOverAway,
  terms: [...terms],
  groups: [...groups],
});
