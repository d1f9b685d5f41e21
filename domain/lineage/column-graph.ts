import {
  decidingTogether,
  directKinds,
  type Deciding,
  type DirectKind,
  type IndirectKind,
  type Origins,
} from './origins.js';

/** What a table's columns are made of, by the columns of other tables, and what decides about its rows. */
export interface TableLineage {
  readonly columns: ReadonlyMap<string, Origins>;
  readonly rows: Deciding;
}

/** Tables by their whole name: `silver.matches`, `gold.elo`. */
export type ColumnGraph = ReadonlyMap<string, TableLineage>;

/** `silver.matches.home_score` in two. */
export function splitColumn(name: string): readonly [table: string, column: string] {
  const dot = name.lastIndexOf('.');
  return [name.slice(0, dot), name.slice(dot + 1)];
}

const stronger = (one: DirectKind, other: DirectKind): DirectKind =>
  directKinds.indexOf(one) > directKinds.indexOf(other) ? one : other;

/**
 * The graph without the tables between: what was made of their columns is made of what those were made of. Tables must not wait for
 * each other.
 */
export function withoutTables(graph: ColumnGraph, isBetween: (table: string) => boolean): ColumnGraph {
  const resolved = new Map<string, TableLineage>();
  const lineageOf = (table: string): TableLineage | undefined => {
    const known = resolved.get(table);
    const own = graph.get(table);
    if (known !== undefined || own === undefined) return known;
    const lineage: TableLineage = {
      rows: followed(own.rows),
      columns: new Map([...own.columns].map(([name, origins]) => [name, originsOf(origins)])),
    };
    resolved.set(table, lineage);
    return lineage;
  };
  const originsThrough = (name: string): Origins | undefined => {
    const [table, column] = splitColumn(name);
    if (!isBetween(table)) return undefined;
    const lineage = lineageOf(table);
    if (column === '*') return { direct: new Map(), indirect: lineage?.rows ?? new Map() };
    return lineage?.columns.get(column);
  };
  const followed = (deciding: Deciding): Deciding =>
    decidingTogether(
      ...[...deciding].map(([name, kinds]) => {
        const through = originsThrough(name);
        if (through === undefined) return new Map([[name, kinds]]);
        return decidingTogether(
          new Map([...through.direct.keys()].map((column) => [column, kinds] as const)),
          through.indirect,
        );
      }),
    );
  const originsOf = ({ direct, indirect }: Origins): Origins => {
    const made = new Map<string, DirectKind>();
    const deciding: Deciding[] = [followed(indirect)];
    for (const [name, kind] of direct) {
      const through = originsThrough(name);
      if (through !== undefined) deciding.push(through.indirect);
      for (const [column, how] of through?.direct ?? [[name, kind] as const])
        made.set(column, stronger(stronger(how, kind), made.get(column) ?? kind));
    }
    return { direct: made, indirect: decidingTogether(...deciding) };
  };
  return new Map(
    [...graph.keys()].flatMap((table) => {
      const lineage = isBetween(table) ? undefined : lineageOf(table);
      return lineage === undefined ? [] : [[table, lineage] as const];
    }),
  );
}

/** How one column comes of another: it is made of it (DIRECT), or is decided by it; `*` of a table stands for its rows. */
export interface ColumnEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: DirectKind | IndirectKind;
  readonly isDirect: boolean;
}

/** Every edge of a graph. A column comes of the rows of its own table, too. */
export function edgesOf(graph: ColumnGraph): ColumnEdge[] {
  const edges: ColumnEdge[] = [];
  const decided = (to: string, deciding: Deciding): void => {
    for (const [from, kinds] of deciding)
      for (const kind of kinds) edges.push({ from, to, kind, isDirect: false });
  };
  for (const [table, { columns, rows }] of graph) {
    decided(`${table}.*`, rows);
    for (const [column, { direct, indirect }] of columns) {
      const to = `${table}.${column}`;
      for (const [from, kind] of direct) edges.push({ from, to, kind, isDirect: true });
      decided(to, indirect);
      edges.push({ from: `${table}.*`, to, kind: 'FILTER', isDirect: false });
    }
  }
  return edges;
}

/** What is made of these columns or decided by them, by way of others too; each with the number of steps to it and whether all of them are direct. */
export interface Reached {
  readonly steps: number;
  readonly isDirect: boolean;
}

/** Whatever lies behind these columns along the edges, at most so many steps away. */
export function reachedFrom(
  start: readonly string[],
  edges: readonly ColumnEdge[],
  { depth = Infinity, direction }: { readonly depth?: number; readonly direction: 'down' | 'up' },
): Map<string, Reached> {
  const next = new Map<string, ColumnEdge[]>();
  for (const edge of edges) {
    const key = direction === 'down' ? edge.from : edge.to;
    next.set(key, [...(next.get(key) ?? []), edge]);
  }
  const reached = new Map<string, Reached>();
  let level: ReadonlyMap<string, boolean> = new Map(start.map((column) => [column, true]));
  for (let steps = 1; steps <= depth && level.size > 0; steps += 1) {
    const found = new Map<string, boolean>();
    for (const [column, wasDirect] of level)
      for (const edge of next.get(column) ?? []) {
        const other = direction === 'down' ? edge.to : edge.from;
        const isDirect = wasDirect && edge.isDirect;
        const known = reached.get(other);
        // Found again by direct steps alone, it is followed again: what lies behind it may be direct as well.
        if (start.includes(other) || (known !== undefined && (known.isDirect || !isDirect))) continue;
        reached.set(other, { steps: known?.steps ?? steps, isDirect });
        found.set(other, isDirect);
      }
    level = found;
  }
  return reached;
}
