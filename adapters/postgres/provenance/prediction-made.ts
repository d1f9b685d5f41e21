import type pg from 'pg';
import { z } from 'zod';
import { FeatureValue } from '../../../schemas/features/online.js';
import { reachingPostgres } from '../away.js';

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const MadePrediction = z.object({
  id: z.number().int(),
  matchId: z.number().int(),
  modelName: z.string(),
  modelVersion: z.string(),
  createdAt: z.date(),
  home: z.number(),
  draw: z.number(),
  away: z.number(),
  featureHash: z.string().nullable(),
  featuresUsed: z.record(z.string(), z.number().nullable()),
  metadata: z.object({
    service: z.string(),
    lakeSnapshot: z.number().int(),
    asOf: Instant,
    cutoff: Instant,
    modelRun: z.string().nullish(),
  }),
});

/** A prediction as it was stored, with what it says of its features. */
export type MadePrediction = z.infer<typeof MadePrediction>;

/** A prediction of a match by its id, or the newest; undefined where there is none. */
export async function readPredictionMade(
  pool: pg.Pool,
  { matchId, predictionId }: { readonly matchId: number; readonly predictionId?: number | undefined },
): Promise<MadePrediction | undefined> {
  const { rows } = await reachingPostgres(() =>
    pool.query(
      `select p.id, p.match_id as "matchId", p.model_name as "modelName", p.model_version as "modelVersion", p.created_at as "createdAt",
         p.home_win_probability as home, p.draw_probability as draw, p.away_win_probability as away, k.feature_hash as "featureHash",
         p.features_used as "featuresUsed", p.prediction_metadata as metadata
       from predictions p
       left join prediction_keys k on k.match_id = p.match_id and k.model_name = p.model_name and k.model_version = p.model_version
         and k.created_at = p.created_at
       where p.match_id = $1 and ($2::bigint is null or p.id = $2)
       order by p.created_at desc, p.id desc limit 1`,
      [matchId, predictionId ?? null],
    ),
  );
  return rows[0] === undefined ? undefined : MadePrediction.parse(rows[0]);
}

const ServedVector = z.object({
  servedAt: z.date(),
  origin: z.string(),
  hash: z.string(),
  values: z.array(FeatureValue),
});

/** The vector that a prediction was made of, as it was served last before; undefined where the log does not have it. */
export async function readVectorServed(
  pool: pg.Pool,
  { matchId, createdAt, metadata: { service, lakeSnapshot, cutoff } }: MadePrediction,
): Promise<z.infer<typeof ServedVector> | undefined> {
  const { rows } = await reachingPostgres(() =>
    pool.query(
      `select served_at as "servedAt", origin, schema_hash as hash, feature_values as values
       from served_feature_vectors
       where match_id = $1 and service = $2 and lake_snapshot = $3 and cutoff = $4 and served_at <= $5
       order by served_at desc, id desc limit 1`,
      [matchId, service, lakeSnapshot, cutoff, createdAt],
    ),
  );
  return rows[0] === undefined ? undefined : ServedVector.parse(rows[0]);
}
