import type { CompiledFrame, FrameReference } from '../../../schemas/features/compiled-frame.js';
import type { FeatureType, ViewSource } from '../../../schemas/features/feature-view.js';
import { quoteIdentifier } from '../sql-text.js';
import { instantColumn, placeColumn } from './frame-file.js';

/** When the rows of a frame ask, in microseconds: nothing outside is read. */
export interface FrameBounds {
  readonly first: string;
  readonly last: string;
}

const instant = quoteIdentifier(instantColumn);
const hours = (ttl: number): string => `interval '${ttl} hours'`;

/** The rows of a view that some row of the frame may see. */
function rowsOfView(
  { source, ttlHours }: FrameReference,
  relation: string,
  { first, last }: FrameBounds,
): string {
  const known = `${quoteIdentifier(source.knownAt)}::timestamptz`;
  const conditions = [
    `${known} <= '${last}'::timestamptz`,
    ...(ttlHours === null ? [] : [`${known} >= '${first}'::timestamptz - ${hours(ttlHours)}`]),
    ...(source.among === undefined ? [] : [`(${source.among})`]),
  ];
  return `from ${relation} where ${conditions.join(' and ')}`;
}

const sqlTypes: Readonly<Record<FeatureType, string>> = {
  int64: 'bigint',
  float64: 'double',
  string: 'varchar',
  bool: 'boolean',
};

/** Which row of a view each row of the frame sees, as `place`, `id`, `known_at`: none where nothing was known, or nothing young enough. */
function seenOfView(reference: FrameReference, relation: string, bounds: FrameBounds): string {
  const { source, ttlHours, entityColumn } = reference;
  const id = `${quoteIdentifier(entityColumn)}::bigint`;
  const isYoung = ttlHours === null ? '' : ` where f.${instant} <= v.known_at + ${hours(ttlHours)}`;
  return `select f.${placeColumn} as place, v.id, v.known_at
    from frame f
    asof join (
      select ${idOf(source)}, ${knownAtOf(source)} ${rowsOfView(reference, relation, bounds)}
        and ${quoteIdentifier(source.key)} in (select ${id} from frame)
    ) v on v.id = f.${id} and f.${instant} >= v.known_at${isYoung}`;
}

/**
 * What these rows say, as `place`, `f0`, `f1` …. An ASOF join takes either of two rows that were known at one instant; the last by the columns that say so is the
 * one.
 */
function toldByView(
  reference: FrameReference,
  relation: string,
  { bounds, seen }: { readonly bounds: FrameBounds; readonly seen: string },
): string {
  const { source, features } = reference;
  const values = features.map(
    ({ name, type, expression }, place) =>
      `(${expression ?? quoteIdentifier(name)})::${sqlTypes[type]} as f${place}`,
  );
  const order = source.lastBy.map((column, place) => `${quoteIdentifier(column)} as o${place}`);
  const last = order.map((_, place) => `said.o${place} desc`).join(', ');
  const one = last === '' ? '' : ` qualify row_number() over (partition by seen.place order by ${last}) = 1`;
  return `select seen.place, ${features.map((_, place) => `said.f${place}`).join(', ')}
    from ${seen} as seen
    join (select ${[idOf(source), knownAtOf(source), ...values, ...order].join(', ')} ${rowsOfView(reference, relation, bounds)}) as said
      on said.id = seen.id and said.known_at = seen.known_at${one}`;
}

const idOf = ({ key }: ViewSource): string => `${quoteIdentifier(key)}::bigint as id`;
const knownAtOf = ({ knownAt }: ViewSource): string => `${quoteIdentifier(knownAt)}::timestamptz as known_at`;

/** What answers a frame: statements that find which rows are seen, and the SELECT that tells what these say. */
export interface FrameQuery {
  readonly finds: readonly string[];
  readonly select: string;
}

/**
 * Joins the table `frame` with the rows of views as they were known at each row's instant: of each entity the last one known by then, or null where none was, or it
 * is older than its view allows. As many rows as the frame has, in its order. Which rows are seen is found first: that sorts two columns, not all, and what they say
 * is read for them alone.
 * @param relationOf where the rows of a view's table stand
 */
export function frameQuery(
  { columns, references }: CompiledFrame,
  bounds: FrameBounds,
  relationOf: (table: string) => string,
): FrameQuery {
  const told = references.flatMap(({ features }, view) =>
    features.map(({ as }, place) => `v${view}.f${place} as ${quoteIdentifier(as)}`),
  );
  const own = columns.map((name) => `f.${quoteIdentifier(name)}`);
  const joins = references.map((reference, view) => {
    const relation = relationOf(reference.source.table);
    return `left join (${toldByView(reference, relation, { bounds, seen: `seen_${view}` })}) as v${view} on v${view}.place = f.${placeColumn}`;
  });
  return {
    finds: references.map(
      (reference, view) =>
        `create or replace temporary table seen_${view} as ${seenOfView(reference, relationOf(reference.source.table), bounds)}`,
    ),
    select: `select ${[...own, ...told].join(', ')} from frame f ${joins.join('\n')} order by f.${placeColumn}`,
  };
}
