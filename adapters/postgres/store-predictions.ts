import type pg from 'pg';
import { toIso, type Instant, type Outcome } from '../../schemas/values.js';
import type { Probabilities } from '../../schemas/records/probabilities.js';
import type { Sink } from '../outbox.js';
import { inOneStatement } from './one-statement.js';

/** One prediction of one match (GLD-4). */
export interface NewPrediction {
  readonly matchId: number;
  readonly modelName: string;
  readonly modelVersion: string;
  /** SHA-256 of the features, 64 hexadecimal digits. */
  readonly featureHash: string;
  readonly chances: Probabilities;
  readonly predicted: Outcome;
  /** As JSON: an object of numbers and nulls. */
  readonly featuresUsed: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** By the clock of who asked. */
  readonly createdAt: Instant;
}

/** One text for all of them: an array of texts would have each of its quotes escaped once more. */
const incomingText = (predictions: readonly NewPrediction[]): string =>
  `[${predictions.map((prediction, place) => withFeatures(incoming(prediction, place), prediction)).join(',')}]`;

/** The features are JSON already and come last. */
const withFeatures = (row: ReturnType<typeof incoming>, { featuresUsed }: NewPrediction): string =>
  `${JSON.stringify(row).slice(0, -1)},"features":${featuresUsed}}`;

const incoming = ({ chances: [away, draw, home], ...prediction }: NewPrediction, place: number) => ({
  ...{ place, away, draw, home },
  created_at: toIso(prediction.createdAt),
  match_id: prediction.matchId,
  model_name: prediction.modelName,
  model_version: prediction.modelVersion,
  feature_hash: prediction.featureHash,
  predicted: prediction.predicted,
  metadata: prediction.metadata,
});

/**
 * Stores predictions, all or none, in one statement. One that stands already for the same match, model, version and features
 * is left as it is, and when it was told last is noted: it may be told again after another. Of two in the list the first counts. Returns how many were new.
 */
export async function storePredictions(
  pool: pg.Pool,
  predictions: readonly NewPrediction[],
): Promise<number> {
  if (predictions.length === 0) return 0;
  const { rowCount } = await inOneStatement(pool, {
    name: 'store_predictions',
    text: `with incoming as (
         select distinct on (match_id, model_name, model_version, feature_hash) *,
           max(created_at) over (partition by match_id, model_name, model_version, feature_hash) as told_at
         from jsonb_to_recordset($1::jsonb) as i (place integer, created_at timestamptz, match_id bigint, model_name text, model_version text,
           feature_hash text, away float8, draw float8, home float8, predicted text, features jsonb, metadata jsonb)
         order by match_id, model_name, model_version, feature_hash, place
       ), fresh as (
         insert into prediction_keys as k (match_id, model_name, model_version, feature_hash, created_at, last_told_at)
         select match_id, model_name, model_version, feature_hash, created_at, told_at from incoming
         order by match_id, model_name, model_version, feature_hash
         on conflict (match_id, model_name, model_version, feature_hash)
           do update set last_told_at = greatest(k.last_told_at, excluded.last_told_at)
         -- A row that was there already has been locked by this statement.
         returning match_id, model_name, model_version, feature_hash, xmax = 0 as is_new
       )
       insert into predictions (match_id, model_name, model_version, home_win_probability, draw_probability,
         away_win_probability, predicted_result, confidence_score, features_used, prediction_metadata, created_at)
       select i.match_id, i.model_name, i.model_version, i.home, i.draw, i.away, i.predicted,
         greatest(i.home, i.draw, i.away), i.features, i.metadata, i.created_at
       from incoming i join fresh using (match_id, model_name, model_version, feature_hash) where is_new`,
    values: [incomingText(predictions)],
  });
  return rowCount ?? 0;
}

/** Keeps predictions in `predictions`, one statement a batch. */
export const predictionsSink = (pool: pg.Pool): Sink<NewPrediction> => ({
  async write(predictions) {
    await storePredictions(pool, predictions);
  },
});
