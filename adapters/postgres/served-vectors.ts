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
    const column = <T>(value: (one: ServedVector) => T): T[] => served.map(value);
    await reachingPostgres(() =>
      pool.query(
        `insert into served_feature_vectors
           (served_at, service, schema_hash, match_id, origin, cutoff, as_of, lake_snapshot, feature_values)
         select * from unnest($1::timestamptz[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[], $7::timestamptz[],
           $8::bigint[], $9::json[])`,
        [
          column(({ servedAt }) => toIso(servedAt)),
          column(({ service }) => service.id),
          column(({ service }) => service.hash),
          column(({ vector }) => vector.matchId),
          column(({ origin }) => origin),
          column(({ vector }) => toIso(vector.cutoff)),
          column(({ vector }) => toIso(vector.asOf)),
          column(({ vector }) => vector.snapshot),
          column(({ vector }) => valuesText(vector.values)),
        ],
      ),
    );
  },
});

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
