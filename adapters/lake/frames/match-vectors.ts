import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { InvariantBroken } from '../../../schemas/errors.js';
import type { FeatureType } from '../../../schemas/features/feature-view.js';
import type { FeatureValue, FeatureVector, OnlineService } from '../../../schemas/features/online.js';
import { instant, toIso, type Instant } from '../../../schemas/values.js';
import { readRows, type JsonValue } from '../rows.js';
import { listSnapshots, newestGoldSnapshot } from '../snapshots.js';
import { quoteIdentifier, quoteText } from '../sql-text.js';
import { instantColumn, placeColumn } from './frame-file.js';
import { findSeen, type FrameSources } from './point-in-time.js';

/** Which matches: those that begin after one instant and until another and are on, or these. */
export type VectorMatches =
  { readonly after: Instant; readonly until: Instant } | { readonly matchIds: readonly number[] };

export interface VectorsAsked {
  readonly service: OnlineService;
  readonly matches: VectorMatches;
  /** Which state of the lake is read; absent: the newest. */
  readonly snapshot?: number;
}

/** A vector by its cutoff alone; as of when it is, only who asks can say. */
export type MatchVector = Omit<FeatureVector, 'asOf'>;

const instantText = (at: Instant): string => `${quoteText(toIso(at))}::timestamptz`;

const chosen = (matches: VectorMatches): string =>
  'matchIds' in matches
    ? `list_contains([${matches.matchIds.map(Math.trunc).join(', ')}]::bigint[], match_id::bigint)`
    : `match_time > ${instantText(matches.after)} and match_time <= ${instantText(matches.until)}
       and match_status in ('scheduled', 'postponed') and source_present`;

/** Gold has one row a match, with the cutoff for which it was made: that is when each match is asked about. */
const own = ['match_id', 'match_time', instantColumn];

/**
 * What a service tells of matches, each at its own cutoff, in the order of their kick-offs; a match that gold does not describe is left out.
 * @throws PrerequisiteMissing where there is no gold yet, InvariantBroken on a value that its type does not allow, or that would not survive as a number of JavaScript
 */
export async function readMatchVectors(
  connection: DuckDBConnection,
  { service, matches, snapshot: asked }: VectorsAsked,
): Promise<MatchVector[]> {
  const snapshot = asked ?? newestGoldSnapshot(await listSnapshots(connection));
  const vectors = await matchVectorsFrom(
    connection,
    { service, matches },
    (table) => `(select * from lake.${table} at (version => ${Math.trunc(snapshot)}))`,
  );
  return vectors.map((vector) => ({ ...vector, snapshot }));
}

/**
 * The same of gold wherever it stands.
 * @param relationOf how a FROM clause names a table of it
 */
export async function matchVectorsFrom(
  connection: DuckDBConnection,
  { service, matches }: Omit<VectorsAsked, 'snapshot'>,
  relationOf: FrameSources['relationOf'],
): Promise<Omit<MatchVector, 'snapshot'>[]> {
  const entities = new Set(service.references.map(({ entityColumn }) => entityColumn));
  entities.delete('match_id');
  await connection.run(
    `create or replace temporary table frame as
     select row_number() over (order by match_time, match_id) as ${placeColumn}, match_id, match_time, cutoff as ${instantColumn}
       ${[...entities].map((name) => `, ${quoteIdentifier(name)}`).join('')}
     from ${relationOf('gold.match_features')} where ${chosen(matches)}`,
  );
  const select = await findSeen(connection, { columns: own, references: service.references }, relationOf);
  return (await readRows(connection, select)).map((row) => {
    const { match_id: matchId, match_time: kickOff, [instantColumn]: cutoff } = Own.parse(row);
    return {
      ...{ matchId, kickOff, cutoff },
      values: service.columns.map((column) => typed(column, row[column.name] ?? null)),
    };
  });
}

const AtInstant = z.string().transform((text) => instant(Date.parse(text)));
const Own = z.object({ match_id: z.number(), match_time: AtInstant, [instantColumn]: AtInstant });

const allowed: Readonly<Record<FeatureType, z.ZodType<FeatureValue>>> = {
  int64: z.int().nullable(),
  float64: z.number().nullable(),
  string: z.string().nullable(),
  bool: z.boolean().nullable(),
};

/** Numbers past 2^53, NaN and infinities come as text. */
function typed({ name, type }: OnlineService['columns'][number], value: JsonValue): FeatureValue {
  const read = allowed[type].safeParse(value);
  if (read.success) return read.data;
  throw new InvariantBroken(`${JSON.stringify(value)} is no ${type} that can be served`, { field: name });
}
