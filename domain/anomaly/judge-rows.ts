import {
  outcomeProbabilities,
  type AnomalyConfiguration,
  type AnomalyMethod,
  type WatchedTable,
} from '../../schemas/records/anomaly.js';
import { dbscan, noise } from './dbscan.js';
import { calibrateForest, scoreRows } from './isolation-forest.js';
import { outlierLimits, outlierScore, fewestForBaseline, type OutlierRule } from './outliers.js';
import { completePoints, type Points } from './points.js';
import { sumsWrong } from './probability-sum.js';
import { valueAt, type WatchedRows } from './watched-rows.js';

/** The methods that judge row by row. */
export type RowMethod = Exclude<AnomalyMethod, 'distribution_shift' | 'data_drift'>;

/** A row that a method puts outside: by which column, what it measured there, and how far outside that is. */
export interface AnomalousRow {
  readonly id: number;
  readonly column: string;
  readonly value: number;
  readonly score: number;
}

/** What a method says of the rows: it judged `tested` of them; of the rest it can say nothing. */
export interface RowVerdicts {
  /** The worst first. */
  readonly anomalous: readonly AnomalousRow[];
  readonly tested: number;
  readonly skipped: number;
}

/**
 * How far from the usual a value lies that matters at all, in the unit in which it is measured: chance of an outcome, goals, chance. With
 * thousands of rows some lie beyond any limit by nature; what is far enough to mislead a feature is rare, however heavy the tails are.
 */
export const leastThatMatters: Readonly<Record<WatchedTable, number>> = {
  odds: 0.05,
  matches: 5,
  predictions: 0.3,
};

/** Judges the rows by one method. Rows that lack what the method needs are skipped, and nothing is alarmed of them. */
export function judgeRows(
  method: RowMethod,
  table: WatchedTable,
  rows: WatchedRows,
  { thresholds }: AnomalyConfiguration,
): RowVerdicts {
  switch (method) {
    case 'limits':
      return beyondLimits(rows, thresholds);
    case '3sigma':
    case 'iqr':
    case 'mad':
      return outliersBy(method, rows, leastThatMatters[table]);
    case 'isolation_forest':
      return isolated(rows, leastThatMatters[table]);
    case 'clustering':
      return clusterless(rows, leastThatMatters[table], {
        distance: thresholds.eps ?? NaN,
        fewest: thresholds.min_points ?? NaN,
      });
  }
}

const worstFirst = (anomalous: AnomalousRow[]): AnomalousRow[] =>
  anomalous.sort((a, b) => b.score - a.score || a.id - b.id);

/** Prices outside their range, and chances that do not add up, where all of them are watched. A sum is told by its first column. */
function beyondLimits(
  { columns, ids, stored }: WatchedRows,
  { odds_range: range, probability_sum_tolerance: tolerance }: AnomalyConfiguration['thresholds'],
): RowVerdicts {
  const anomalous: AnomalousRow[] = [];
  const chanceColumns = outcomeProbabilities.map((column) => columns.indexOf(column));
  const areWatched = !chanceColumns.includes(-1);
  let skipped = 0;
  for (const [row, id] of ids.entries()) {
    const values = columns.map((_, column) => valueAt(stored, row, column));
    if (!values.some(Number.isFinite)) {
      skipped += 1;
      continue;
    }
    const chances = chanceColumns.map((column) => values[column] ?? NaN);
    if (tolerance !== undefined && areWatched && sumsWrong(chances, tolerance)) {
      const sum = chances.reduce((total, value) => total + value, 0);
      const off = Number.isFinite(sum) ? Math.abs(sum - 1) : 1;
      anomalous.push({ id, column: outcomeProbabilities[0], value: sum, score: off });
    }
    const worst = range === undefined ? undefined : furthestOutside(columns, values, range);
    if (worst !== undefined) anomalous.push({ id, ...worst });
  }
  return { anomalous: worstFirst(anomalous), tested: ids.length - skipped, skipped };
}

/** How many times beyond its range a price lies. */
function furthestOutside(
  columns: readonly string[],
  values: readonly number[],
  [lowest, highest]: readonly [number, number],
): Omit<AnomalousRow, 'id'> | undefined {
  const outside = columns.flatMap((column, at) => {
    const value = values[at] ?? NaN;
    const score = Math.max(value / highest, lowest / value);
    return score > 1 ? [{ column, value, score }] : [];
  });
  return outside.sort((a, b) => b.score - a.score)[0];
}

/** The column of a row that lies furthest from its median, in the unit of the column; undefined where none is known. */
function furthest({ columns, measured, baselineOf }: WatchedRows, row: number) {
  const distances = columns.flatMap((column, at) => {
    const value = valueAt(measured, row, at);
    const distance = Math.abs(value - baselineOf(row, at).median);
    return Number.isFinite(distance) ? [{ column, value, distance }] : [];
  });
  return distances.sort((a, b) => b.distance - a.distance)[0];
}

/** Rows of which a rule puts a value outside; the worst value of a row tells of it. */
function outliersBy(rule: OutlierRule, rows: WatchedRows, least: number): RowVerdicts {
  const { columns, ids, measured, baselineOf } = rows;
  const anomalous: AnomalousRow[] = [];
  let tested = 0;
  for (const [row, id] of ids.entries()) {
    let worst: AnomalousRow | undefined;
    let isJudged = false;
    for (const [at, column] of columns.entries()) {
      const value = valueAt(measured, row, at);
      const baseline = baselineOf(row, at);
      const score = outlierScore(rule, baseline, value);
      if (score === undefined) continue;
      isJudged = true;
      const isOutside = score > outlierLimits[rule] && Math.abs(value - baseline.median) >= least;
      if (isOutside && score > (worst?.score ?? 0)) worst = { id, column, value, score };
    }
    if (isJudged) tested += 1;
    if (worst !== undefined) anomalous.push(worst);
  }
  return { anomalous: worstFirst(anomalous), tested, skipped: ids.length - tested };
}

/** Rows that a forest of the span before isolates sooner than nearly every row of that span. */
function isolated(rows: WatchedRows, least: number): RowVerdicts {
  const { ids, measured, sample } = rows;
  const baseline = completePoints(sample).points;
  if (baseline.rows < fewestForBaseline) return { anomalous: [], tested: 0, skipped: ids.length };
  const { points, rowOf } = completePoints(measured);
  const { forest, threshold } = calibrateForest(baseline);
  const scores = scoreRows(forest, points);
  const isOutside = (at: number): boolean => (scores[at] ?? 0) > threshold;
  const anomalous = outside(rows, rowOf, isOutside, least, (at) => scores[at] ?? 0);
  return { anomalous, tested: points.rows, skipped: ids.length - points.rows };
}

/** Rows that belong to no cluster of their like and those of the span before; clusters have to be there. */
function clusterless(
  rows: WatchedRows,
  least: number,
  rules: { readonly distance: number; readonly fewest: number },
): RowVerdicts {
  const { ids, measured, sample } = rows;
  const baseline = completePoints(sample).points;
  if (baseline.rows < Math.max(fewestForBaseline, rules.fewest))
    return { anomalous: [], tested: 0, skipped: ids.length };
  const { points, rowOf } = completePoints(measured);
  const { labels } = dbscan(together(baseline, points), rules);
  const isOutside = (at: number): boolean => labels[baseline.rows + at] === noise;
  const anomalous = outside(rows, rowOf, isOutside, least, undefined);
  return { anomalous, tested: points.rows, skipped: ids.length - points.rows };
}

const together = (first: Points, second: Points): Points => ({
  rows: first.rows + second.rows,
  columns: first.columns,
  values: Float64Array.from([...first.values, ...second.values]),
});

/** Of the complete rows those that are outside and lie far enough away to matter; scored by their distance where the method has no score. */
function outside(
  rows: WatchedRows,
  rowOf: Uint32Array,
  isOutside: (at: number) => boolean,
  least: number,
  scoreOf: ((at: number) => number) | undefined,
): AnomalousRow[] {
  const anomalous: AnomalousRow[] = [];
  for (const [at, row] of rowOf.entries()) {
    if (!isOutside(at)) continue;
    const far = furthest(rows, row);
    const id = rows.ids[row];
    if (far === undefined || id === undefined || far.distance < least) continue;
    const { column, value, distance } = far;
    anomalous.push({ id, column, value, score: scoreOf?.(at) ?? distance });
  }
  return worstFirst(anomalous);
}
