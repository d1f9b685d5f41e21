import type pg from 'pg';
import { toIso, type Instant, type Outcome } from '../../schemas/values.js';
import type { Probabilities } from '../../schemas/records/probabilities.js';
import type { Sink } from '../outbox.js';
import { reachingPostgres } from './away.js';
import { inTransaction } from './transaction.js';

/** One prediction of one match (GLD-4). */
export interface NewPrediction {
  readonly matchId: number;
  readonly modelName: string;
  readonly modelVersion: string;
  /** SHA-256 of the features, 64 hexadecimal digits. */
  readonly featureHash: string;
  readonly chances: Probabilities;
  readonly predicted: Outcome;
  readonly featuresUsed: Readonly<Record<string, number | null>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** By the clock of who asked. */
  readonly createdAt: Instant;
}

/**
 * Stores predictions, all or none, in one statement. One that stands already for the same match, model, version and features
 * is left as it is; of two in the list the first counts. Returns how many were new.
 */
export async function storePredictions(
  pool: pg.Pool,
  predictions: readonly NewPrediction[],
): Promise<number> {
  if (predictions.length === 0) return 0;
  const column = <T>(value: (prediction: NewPrediction) => T): T[] => predictions.map(value);
  return await inTransaction(pool, async ({ client }) => {
    const { rowCount } = await client.query(
      `with incoming as (
         select distinct on (match_id, model_name, model_version, feature_hash) i.*
         from unnest(
           $1::timestamptz[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[], $8::float8[], $9::text[],
           $10::jsonb[], $11::jsonb[]
         ) with ordinality
           as i (created_at, match_id, model_name, model_version, feature_hash, away, draw, home, predicted, features, metadata, place)
         order by match_id, model_name, model_version, feature_hash, place
       ), fresh as (
         insert into prediction_keys (match_id, model_name, model_version, feature_hash, created_at)
         select match_id, model_name, model_version, feature_hash, created_at from incoming
         order by match_id, model_name, model_version, feature_hash
         on conflict do nothing
         returning match_id, model_name, model_version, feature_hash
       )
       insert into predictions (match_id, model_name, model_version, home_win_probability, draw_probability,
         away_win_probability, predicted_result, confidence_score, features_used, prediction_metadata, created_at)
       select i.match_id, i.model_name, i.model_version, i.home, i.draw, i.away, i.predicted,
         greatest(i.home, i.draw, i.away), i.features, i.metadata, i.created_at
       from incoming i join fresh using (match_id, model_name, model_version, feature_hash)`,
      [
        column(({ createdAt }) => toIso(createdAt)),
        column(({ matchId }) => matchId),
        column(({ modelName }) => modelName),
        column(({ modelVersion }) => modelVersion),
        column(({ featureHash }) => featureHash),
        column(({ chances }) => chances[0]),
        column(({ chances }) => chances[1]),
        column(({ chances }) => chances[2]),
        column(({ predicted }) => predicted),
        column(({ featuresUsed }) => JSON.stringify(featuresUsed)),
        column(({ metadata }) => JSON.stringify(metadata)),
      ],
    );
    return rowCount ?? 0;
  });
}

/** Keeps predictions in `predictions`, one statement a batch. */
export const predictionsSink = (pool: pg.Pool): Sink<NewPrediction> => ({
  async write(predictions) {
    await reachingPostgres(() => storePredictions(pool, predictions));
  },
});
