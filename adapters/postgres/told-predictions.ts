import type pg from 'pg';
import type { Outcome } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';
import type { Computed, Narrowed, Row } from './row.js';

interface PredictionColumns {
  readonly id: 'predictions.id';
  readonly matchId: 'predictions.match_id';
  readonly modelName: 'predictions.model_name';
  readonly modelVersion: 'predictions.model_version';
  readonly home: 'predictions.home_win_probability';
  readonly draw: 'predictions.draw_probability';
  readonly away: 'predictions.away_win_probability';
  readonly predicted: Narrowed<'predictions.predicted_result', Outcome>;
  readonly confidence: 'predictions.confidence_score';
  readonly featuresUsed: 'predictions.features_used';
  readonly metadata: 'predictions.prediction_metadata';
  readonly createdAt: 'predictions.created_at';
  readonly actual: Computed<Outcome | null>;
  readonly isCorrect: 'predictions.is_correct';
  readonly verifiedAt: 'predictions.verified_at';
}

/** A prediction as it stands in Postgres. */
export type PredictionRow = Row<PredictionColumns>;

const columns = `p.id, p.match_id as "matchId", p.model_name as "modelName", p.model_version as "modelVersion",
  p.home_win_probability as home, p.draw_probability as draw, p.away_win_probability as away, p.predicted_result as predicted,
  p.confidence_score as confidence, p.features_used as "featuresUsed", p.prediction_metadata as metadata, p.created_at as "createdAt",
  p.actual_result as actual, p.is_correct as "isCorrect", p.verified_at as "verifiedAt"`;

/** What a stored prediction is found by: of one match, version and features there is one. */
export interface PredictionName {
  readonly matchId: number;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly featureHash: string;
}

/** Stored predictions by what they are named, by their match; one that is not stored, or was archived, is not there. */
export async function readNamedPredictions(
  pool: pg.Pool,
  names: readonly PredictionName[],
): Promise<ReadonlyMap<number, PredictionRow>> {
  if (names.length === 0) return new Map();
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<PredictionColumns>>(
      `select ${columns}
       from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as n (match_id, model_name, model_version, feature_hash)
       join prediction_keys k on k.match_id = n.match_id and k.model_name = n.model_name and k.model_version = n.model_version
         and k.feature_hash = n.feature_hash
       join predictions p on p.match_id = k.match_id and p.created_at = k.created_at and p.model_name = k.model_name
         and p.model_version = k.model_version`,
      [
        names.map(({ matchId }) => matchId),
        names.map(({ modelName }) => modelName),
        names.map(({ modelVersion }) => modelVersion),
        names.map(({ featureHash }) => featureHash),
      ],
    ),
  );
  return byMatch(rows);
}

/** The newest prediction of each match that was made before it began; of one that has none nothing. */
export async function readNewestPredictions(
  pool: pg.Pool,
  matchIds: readonly number[],
): Promise<ReadonlyMap<number, PredictionRow>> {
  if (matchIds.length === 0) return new Map();
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<PredictionColumns>>(
      `select ${columns}
       from match_registry r
       cross join lateral (
         select * from predictions o where o.match_id = r.id and o.created_at < r.match_time order by o.created_at desc, o.id desc limit 1
       ) as p
       where r.id = any($1::bigint[])`,
      [matchIds],
    ),
  );
  return byMatch(rows);
}

const byMatch = (rows: readonly PredictionRow[]): ReadonlyMap<number, PredictionRow> =>
  new Map(rows.map((row) => [row.matchId, row]));

/** The newest prediction of a match that had been made at an instant; undefined where there was none. */
export async function readPredictionAsOf(
  pool: pg.Pool,
  matchId: number,
  asOf: Date,
): Promise<PredictionRow | undefined> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<PredictionColumns>>(
      `select ${columns} from predictions p where p.match_id = $1 and p.created_at <= $2 order by p.created_at desc, p.id desc limit 1`,
      [matchId, asOf],
    ),
  );
  return rows[0];
}
