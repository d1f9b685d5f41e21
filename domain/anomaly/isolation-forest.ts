import { quantile } from './quantile.js';
import type { Points } from './points.js';
import { seededRandom } from './seeded-random.js';

/** A tree by its nodes, 0 the root: a row goes left where its feature is at most the threshold. A leaf has no feature (−1). */
export interface IsolationTree {
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** How many rows of the subsample ended in the node. */
  readonly size: Int32Array;
}

/** Trees and the size of the subsample that each was grown from. */
export interface IsolationForest {
  readonly trees: readonly IsolationTree[];
  readonly subsample: number;
}

/** How a forest is grown; the defaults are those of the paper and of ANOM-1. */
export interface ForestRecipe {
  readonly seed: number;
  readonly trees: number;
  readonly subsample: number;
}

export const standardForest: ForestRecipe = { seed: 42, trees: 100, subsample: 256 };

/** The mean depth at which a search in a random tree of `size` values fails. */
function meanDepth(size: number): number {
  if (size <= 1) return 0;
  if (size === 2) return 1;
  return 2 * (Math.log(size - 1) + 0.5772156649015329) - (2 * (size - 1)) / size;
}

/** A forest that knows which rows each of its trees was grown from. */
export interface GrownForest extends IsolationForest {
  readonly members: readonly ReadonlySet<number>[];
}

/**
 * Grows a forest from points without NaN. Equal points and recipe give the same forest. Source: F. T. Liu, K. M. Ting and Z.-H. Zhou,
 * "Isolation forest", ICDM 2008.
 */
export function growForest(points: Points, recipe: ForestRecipe = standardForest): GrownForest {
  const random = seededRandom(recipe.seed);
  const subsample = Math.min(recipe.subsample, points.rows);
  const grown = Array.from({ length: recipe.trees }, () => {
    const sample = drawRows(points.rows, subsample, random);
    return { tree: growTree(points, sample, random), members: new Set(sample) };
  });
  return { subsample, trees: grown.map(({ tree }) => tree), members: grown.map(({ members }) => members) };
}

/** Rows without repetition, in the order drawn: the front of a shuffle. */
function drawRows(rows: number, count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let at = 0; at < count; at += 1) {
    const other = at + Math.floor(random() * (rows - at));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order.slice(0, count);
}

function growTree({ columns, values }: Points, sample: Uint32Array, random: () => number): IsolationTree {
  const deepest = Math.ceil(Math.log2(Math.max(2, sample.length)));
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const size: number[] = [];
  const valueOf = (row: number, column: number) => values[row * columns + column] ?? NaN;

  /** Features in random order until one differs among the rows: a constant one cannot split. */
  function drawSplit(rows: Uint32Array) {
    for (const column of drawRows(columns, columns, random)) {
      let [least, most] = [Infinity, -Infinity];
      for (const row of rows) {
        least = Math.min(least, valueOf(row, column));
        most = Math.max(most, valueOf(row, column));
      }
      // Rounding must not lift the threshold to the largest value: its side would be empty.
      const cut = least + (most - least) * random();
      if (most > least) return { column, cut: cut < most ? cut : least };
    }
    return undefined;
  }

  function grow(rows: Uint32Array, depth: number): number {
    const node = feature.length;
    const split = depth < deepest && rows.length > 1 ? drawSplit(rows) : undefined;
    feature.push(split?.column ?? -1);
    threshold.push(split?.cut ?? 0);
    size.push(rows.length);
    left.push(-1);
    right.push(-1);
    if (split === undefined) return node;
    const { column, cut } = split;
    left[node] = grow(
      rows.filter((row) => valueOf(row, column) <= cut),
      depth + 1,
    );
    right[node] = grow(
      rows.filter((row) => valueOf(row, column) > cut),
      depth + 1,
    );
    return node;
  }

  grow(sample, 0);
  return {
    feature: Int32Array.from(feature),
    threshold: Float64Array.from(threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    size: Int32Array.from(size),
  };
}

/** How many splits it takes to isolate a row: the depth of its leaf, and the mean depth of what the leaf left together. */
function depthOf(tree: IsolationTree, values: Float64Array, offset: number): number {
  let node = 0;
  let depth = 0;
  for (let column = tree.feature[0] ?? -1; column >= 0; column = tree.feature[node] ?? -1) {
    const goesLeft = (values[offset + column] ?? NaN) <= (tree.threshold[node] ?? NaN);
    node = (goesLeft ? tree.left : tree.right)[node] ?? 0;
    depth += 1;
  }
  return depth + meanDepth(tree.size[node] ?? 0);
}

/** The score of a mean depth, in (0, 1]: near 1 where few splits isolate a row, .5 for what is usual. */
const scoreOf = (depth: number, subsample: number): number => {
  const usual = meanDepth(subsample);
  return usual === 0 ? 0.5 : 2 ** (-depth / usual);
};

/** The score of every row, in (0, 1]. Rows must have no NaN. */
export function scoreRows({ trees, subsample }: IsolationForest, points: Points): Float64Array {
  return Float64Array.from({ length: points.rows }, (_, row) => {
    let depth = 0;
    for (const tree of trees) depth += depthOf(tree, points.values, row * points.columns);
    return scoreOf(depth / trees.length, subsample);
  });
}

/** A forest and the score above which a row is an anomaly. */
export interface CalibratedForest {
  readonly forest: IsolationForest;
  readonly threshold: number;
}

/**
 * Grows a forest from the baseline window and sets its threshold there: the score that at most `falseAlarms` (a share) of the baseline's
 * rows exceed, .5 at least. No share of the tested rows is flagged by definition: none may be, or all. A baseline row is scored by the
 * trees that were not grown from it, as a new row would be; for that a tree takes at most half of the baseline.
 */
export function calibrateForest(
  baseline: Points,
  falseAlarms = 0.001,
  recipe: ForestRecipe = standardForest,
): CalibratedForest {
  const subsample = Math.max(1, Math.min(recipe.subsample, Math.floor(baseline.rows / 2)));
  const forest = growForest(baseline, { ...recipe, subsample });
  const scores = Float64Array.from({ length: baseline.rows }, (_, row) => {
    const others = forest.trees.filter((_, tree) => forest.members[tree]?.has(row) !== true);
    const judges = others.length > 0 ? others : forest.trees;
    const depth = judges.reduce(
      (sum, tree) => sum + depthOf(tree, baseline.values, row * baseline.columns),
      0,
    );
    return scoreOf(depth / judges.length, subsample);
  }).sort();
  return {
    forest,
    threshold: Math.max(0.5, scores.length === 0 ? 1 : quantile(scores, 1 - falseAlarms)),
  };
}
