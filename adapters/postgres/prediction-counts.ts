import type pg from 'pg';
import { toIso, type Instant } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

interface CountColumns {
  readonly version: 'predictions.model_version';
  readonly total: Computed<number>;
  readonly confidence: Computed<number>;
  readonly verified: Computed<number>;
  readonly correct: Computed<number>;
  readonly home: Computed<number>;
  readonly draw: Computed<number>;
  readonly away: Computed<number>;
}

/** What a version said in a span of time, in counts. */
export type PredictionCounts = Row<CountColumns>;

/** The predictions of a model that were stored after an instant and until another, by version; the newest first, by number. */
export async function countPredictions(
  pool: pg.Pool,
  model: string,
  { after, until }: { readonly after: Instant; readonly until: Instant },
): Promise<PredictionCounts[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<CountColumns>>(
      `select model_version as version, count(*)::integer as total, avg(confidence_score)::double precision as confidence,
         count(is_correct)::integer as verified, (count(*) filter (where is_correct))::integer as correct,
         (count(*) filter (where predicted_result = 'home'))::integer as home,
         (count(*) filter (where predicted_result = 'draw'))::integer as draw,
         (count(*) filter (where predicted_result = 'away'))::integer as away
       from predictions where model_name = $1 and created_at > $2 and created_at <= $3
       group by 1`,
      [model, toIso(after), toIso(until)],
    ),
  );
  return rows.toSorted((one, other) => numberOf(other.version) - numberOf(one.version));
}

/** What is no number comes last. */
const numberOf = (version: string): number => (/^\d{1,15}$/.test(version) ? Number(version) : -1);
