/** How a value is made of a column: as it is, computed, or of many rows (OpenLineage's subtypes of DIRECT), the strongest last. */
export const directKinds = ['IDENTITY', 'TRANSFORMATION', 'AGGREGATION'] as const;
export type DirectKind = (typeof directKinds)[number];

/** How a column decides about a value without being in it (OpenLineage's subtypes of INDIRECT). */
export type IndirectKind = 'JOIN' | 'GROUP_BY' | 'FILTER' | 'SORT' | 'WINDOW' | 'CONDITIONAL';

/** Columns by their whole name (`silver.matches.home_score`), with how each decides. `silver.matches.*` stands for which rows there are. */
export type Deciding = ReadonlyMap<string, ReadonlySet<IndirectKind>>;

/** What a value is made of, and what decides about it. */
export interface Origins {
  readonly direct: ReadonlyMap<string, DirectKind>;
  readonly indirect: Deciding;
}

/** What an expression comes to; a struct has what each of its fields is made of. */
export interface Value extends Origins {
  readonly fields: ReadonlyMap<string, Value>;
}

export const nothing: Value = { direct: new Map(), indirect: new Map(), fields: new Map() };

/** The value of a column as it is. */
export const columnValue = (name: string): Value => ({ ...nothing, direct: new Map([[name, 'IDENTITY']]) });

const stronger = (one: DirectKind, other: DirectKind): DirectKind =>
  directKinds.indexOf(one) > directKinds.indexOf(other) ? one : other;

/** All that decides in any of these. */
export function decidingTogether(...all: readonly Deciding[]): Deciding {
  const found = new Map<string, Set<IndirectKind>>();
  for (const deciding of all)
    for (const [column, kinds] of deciding) {
      const known = found.get(column) ?? new Set();
      for (const kind of kinds) known.add(kind);
      found.set(column, known);
    }
  return found;
}

/** All that any of these is made of, as one value without fields. */
export function together(...values: readonly Origins[]): Value {
  const direct = new Map<string, DirectKind>();
  for (const value of values)
    for (const [column, kind] of value.direct) direct.set(column, stronger(kind, direct.get(column) ?? kind));
  return { direct, indirect: decidingTogether(...values.map(({ indirect }) => indirect)), fields: new Map() };
}

/** The same, computed so; its fields too. */
export const computed = (value: Value, kind: DirectKind): Value => ({
  direct: new Map([...value.direct].map(([column, known]) => [column, stronger(known, kind)])),
  indirect: value.indirect,
  fields: new Map([...value.fields].map(([name, field]) => [name, computed(field, kind)])),
});

/** What a value is made of decides so about another. */
export const deciding = ({ direct, indirect }: Origins, kind: IndirectKind): Deciding =>
  decidingTogether(new Map([...direct.keys()].map((column) => [column, new Set([kind])])), indirect);

/** The same value, about which these decide too; its fields too. */
export const decidedBy = (value: Value, more: Deciding): Value =>
  more.size === 0
    ? value
    : {
        direct: value.direct,
        indirect: decidingTogether(value.indirect, more),
        fields: new Map([...value.fields].map(([name, field]) => [name, decidedBy(field, more)])),
      };

/** Either of two values, field by field where both have the field. */
export function eitherOf(one: Value, other: Value): Value {
  const fields = new Map(
    [...one.fields].flatMap(([name, field]) => {
      const same = other.fields.get(name);
      return same === undefined ? [] : [[name, eitherOf(field, same)] as const];
    }),
  );
  return { ...together(one, other), fields };
}
