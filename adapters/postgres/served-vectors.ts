import type pg from 'pg';
import type { FeatureVector, OnlineService } from '../../schemas/features/online.js';
import { FeatureValue } from '../../schemas/features/online.js';
import { instant, toIso, type Instant } from '../../schemas/values.js';
import { z } from 'zod';
import type { Sink } from '../outbox.js';
import { valuesText } from '../online/vector-text.js';
import { reachingPostgres } from './away.js';
import type { Narrowed, Row } from './row.js';

/** A vector as it was told. */
export interface ServedVector {
  readonly servedAt: Instant;
  readonly service: Pick<OnlineService, 'id' | 'hash'>;
  readonly origin: 'online' | 'computed';
  readonly vector: FeatureVector;
}

/** Keeps served vectors in `served_feature_vectors`, one statement a batch. */
export const servedVectorsSink = (pool: pg.Pool): Sink<ServedVector> => ({
  async write(served) {
    await reachingPostgres(() =>
      pool.query({
        name: 'served_vectors',
        // As one text: each element of an array would be looked through for what has to be escaped.
        text: `insert into served_feature_vectors
                 (served_at, service, schema_hash, match_id, origin, cutoff, as_of, lake_snapshot, feature_values)
               select served_at, service, schema_hash, match_id, origin, cutoff, as_of, lake_snapshot, feature_values
               from json_to_recordset($1::json) as s (served_at timestamptz, service text, schema_hash text, match_id bigint, origin text,
                 cutoff timestamptz, as_of timestamptz, lake_snapshot bigint, feature_values json)`,
        values: [`[${linesOf(served).join(',')}]`],
      }),
    );
  },
});

/** What a vector says of itself, as it was written when it was told first. */
const written = new WeakMap<FeatureVector, { readonly hash: string; readonly text: string }>();

function vectorPart(service: ServedVector['service'], vector: FeatureVector): string {
  const before = written.get(vector);
  if (before?.hash === service.hash) return before.text;
  const about = {
    ...{ service: service.id, schema_hash: service.hash, match_id: vector.matchId },
    ...{ cutoff: toIso(vector.cutoff), as_of: toIso(vector.asOf), lake_snapshot: vector.snapshot },
  };
  const text = `${JSON.stringify(about).slice(1, -1)},"feature_values":${valuesText(vector.values)}`;
  written.set(vector, { hash: service.hash, text });
  return text;
}

/** Of what is told together the instant is the same. */
function linesOf(served: readonly ServedVector[]): string[] {
  let last: { readonly at: Instant; readonly text: string } | undefined;
  return served.map(({ servedAt, service, origin, vector }) => {
    if (last?.at !== servedAt) last = { at: servedAt, text: toIso(servedAt) };
    return `{"served_at":"${last.text}","origin":"${origin}",${vectorPart(service, vector)}}`;
  });
}

interface ServedColumns {
  readonly id: 'served_feature_vectors.id';
  readonly service: 'served_feature_vectors.service';
  readonly hash: 'served_feature_vectors.schema_hash';
  readonly matchId: 'served_feature_vectors.match_id';
  readonly origin: Narrowed<'served_feature_vectors.origin', 'online' | 'computed'>;
  readonly servedAt: 'served_feature_vectors.served_at';
  readonly cutoff: 'served_feature_vectors.cutoff';
  readonly snapshot: 'served_feature_vectors.lake_snapshot';
  readonly values: 'served_feature_vectors.feature_values';
}

/** A vector as it was told, with its place in the log. */
export interface LoggedVector {
  readonly id: number;
  readonly service: string;
  readonly hash: string;
  readonly matchId: number;
  readonly servedAt: Instant;
  readonly cutoff: Instant;
  readonly snapshot: number;
  readonly values: readonly FeatureValue[];
}

const Values = z.array(FeatureValue);

/** The vectors after a place of the log and up to another, the first so many, in their order. */
export async function readServedVectors(
  pool: pg.Pool,
  { after, until, atMost }: { readonly after: number; readonly until: number; readonly atMost: number },
): Promise<LoggedVector[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<ServedColumns>>(
      `select id, service, schema_hash as hash, match_id as "matchId", origin, served_at as "servedAt", cutoff,
         lake_snapshot as snapshot, feature_values as values
       from served_feature_vectors where id > $1 and id <= $2 order by id limit $3`,
      [after, until, atMost],
    ),
  );
  return rows.map(({ servedAt, cutoff, values, ...row }) => ({
    ...row,
    ...{ servedAt: instant(servedAt.getTime()), cutoff: instant(cutoff.getTime()) },
    values: Values.parse(values),
  }));
}
