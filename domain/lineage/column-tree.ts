import type { ColumnEdge } from './column-graph.js';

/** A column and the columns that it is made of, or that are made of it. */
export interface ColumnTree {
  readonly column: string;
  /** How it is made of the column nearer to the root, or that one of it; null at the root. */
  readonly kind: ColumnEdge['kind'] | null;
  readonly branches: readonly ColumnTree[];
  /** It stands elsewhere with its branches, which are not told twice. */
  readonly isTold: boolean;
}

/**
 * The direct edges behind a column, or before it, as a tree: each column once with its branches, where it is nearest to the root. Indirect edges, by which
 * nearly everything is decided by nearly everything, are no branches.
 */
export function treeOf(
  root: string,
  edges: readonly ColumnEdge[],
  { direction, depth = Infinity }: { readonly direction: 'up' | 'down'; readonly depth?: number },
): ColumnTree {
  const next = new Map<string, { readonly column: string; readonly kind: ColumnEdge['kind'] }[]>();
  for (const { from, to, kind, isDirect } of edges) {
    if (!isDirect) continue;
    const [near, far] = direction === 'down' ? [from, to] : [to, from];
    const known = next.get(near) ?? [];
    known.push({ column: far, kind });
    next.set(near, known);
  }
  // Nearest first, so that what is told deep in one branch is not missing from a nearer one.
  const parents = new Map<string, string>();
  let level: readonly string[] = [root];
  const seen = new Set(level);
  for (let steps = 1; steps <= depth && level.length > 0; steps += 1) {
    const found: string[] = [];
    for (const near of level)
      for (const { column } of next.get(near) ?? []) {
        if (seen.has(column)) continue;
        seen.add(column);
        parents.set(column, near);
        found.push(column);
      }
    level = found;
  }
  const grown = (column: string, kind: ColumnTree['kind'], left: number): ColumnTree => ({
    ...{ column, kind, isTold: false },
    branches:
      left === 0
        ? []
        : (next.get(column) ?? []).map((far) =>
            parents.get(far.column) === column
              ? grown(far.column, far.kind, left - 1)
              : { ...far, branches: [], isTold: (next.get(far.column) ?? []).length > 0 },
          ),
  });
  return grown(root, null, depth);
}
