import { decidedBy, decidingTogether, type Deciding, type Value } from './origins.js';
import { untellable } from './syntax.js';

/** Columns by name, in their order. */
export type Columns = ReadonlyMap<string, Value>;

/** What a query gives: its columns, and what decides which rows there are. */
export interface Result {
  readonly columns: Columns;
  readonly rows: Deciding;
}

interface NamedTable {
  readonly alias: string;
  readonly columns: Columns;
  /** Of another table already by USING: not told again by `*`. */
  readonly hidden: ReadonlySet<string>;
}

/** What a FROM clause gives. */
export interface Relation {
  readonly tables: readonly NamedTable[];
  readonly rows: Deciding;
  /** What decides how often a row is there: whatever was joined to it, too. */
  readonly times: Deciding;
}

export const noRelation: Relation = { tables: [], rows: new Map(), times: new Map() };

export const oneTable = (alias: string, { columns, rows }: Result): Relation => ({
  tables: [{ alias, columns, hidden: new Set() }],
  rows,
  times: rows,
});

/** How rows of the right find those of the left. */
export type JoinType = 'INNER' | 'LEFT' | 'SEMI' | 'ANTI';

/**
 * One relation joined to another by a condition. A left join keeps the rows of the left, each once: what is joined has one row at most for it,
 * as every model's grain demands.
 */
export function joined(
  left: Relation,
  right: Relation,
  {
    type,
    condition,
    using,
  }: { readonly type: JoinType; readonly condition: Deciding; readonly using: readonly string[] },
): Relation {
  const all = decidingTogether(left.rows, right.rows, condition);
  const times = decidingTogether(left.times, right.times, condition);
  if (type === 'SEMI' || type === 'ANTI') return { tables: left.tables, rows: all, times };
  const found = decidingTogether(right.rows, condition);
  const onTheRight = right.tables.map(({ alias, columns, hidden }) => ({
    alias,
    columns:
      type === 'LEFT'
        ? new Map([...columns].map(([name, value]) => [name, decidedBy(value, found)]))
        : columns,
    hidden: new Set([...hidden, ...using]),
  }));
  return { tables: [...left.tables, ...onTheRight], rows: type === 'LEFT' ? left.rows : all, times };
}

/** A column, or a field of one, by the parts of its name; undefined where there is none. */
export function findColumn({ tables }: Relation, names: readonly string[]): Value | undefined {
  const [first = '', ...rest] = names;
  const table = tables.find(({ alias, columns }) => alias === first && columns.has(rest[0] ?? ''));
  if (table !== undefined && rest.length > 0) return fieldOf(table.columns.get(rest[0] ?? ''), rest.slice(1));
  const owner = tables.find(({ columns }) => columns.has(first));
  return fieldOf(owner?.columns.get(first), rest);
}

export function fieldOf(value: Value | undefined, path: readonly string[]): Value | undefined {
  const [name, ...rest] = path;
  if (value === undefined || name === undefined) return value;
  const field = value.fields.get(name);
  if (field === undefined) throw untellable(`the field ${name} of something that is not told as a struct`);
  return fieldOf(field, rest);
}

/** What `*` or `alias.*` stands for. */
export function starOf({ tables }: Relation, alias: string, without: ReadonlySet<string>): Columns {
  const asked = alias === '' ? tables : tables.filter((table) => table.alias === alias);
  const columns = new Map<string, Value>();
  for (const { columns: own, hidden } of asked)
    for (const [name, value] of own)
      if (!without.has(name) && !(alias === '' && hidden.has(name))) columns.set(name, value);
  return columns;
}
