import {
  outcomeProbabilities,
  timeColumn,
  type AnomalyConfiguration,
  type AnomalyMethod,
  type WatchedTable,
} from '../../schemas/records/anomaly.js';
import type { Baseline } from './baseline.js';
import { noiseRows } from './dbscan.js';
import { calibrateForest, scoreRows } from './isolation-forest.js';
import { outlierLimits, outlierScore, fewestForBaseline, type OutlierRule } from './outliers.js';
import { completePoints, type Points } from './points.js';
import { sumsWrong } from './probability-sum.js';
import { valueAt, type WatchedRows } from './watched-rows.js';

/** The methods that judge row by row. */
export type RowMethod = Exclude<AnomalyMethod, 'distribution_shift' | 'data_drift'>;

/** A row that a method puts outside: by which column, what stands there, what was measured of it, how far outside that is, and by what. */
export interface AnomalousRow {
  readonly id: number;
  readonly column: string;
  /** As it is stored. */
  readonly observed: number;
  readonly value: number;
  readonly score: number;
  /** The score above which a row is outside; of limits, the limit itself. */
  readonly limit: number;
  /** What is usual of the column, in the unit of `value`; null of limits, which ask for none. */
  readonly baseline: Baseline | null;
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

/** A league that has not played for so many days may miss a round; it is asked about where it did not rest as long in the year before. */
export const leastGapThatMatters = 21;

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

/** What the sum of a prediction's three chances is called. */
export const sumOfProbabilities = 'probability_sum';

/** Prices outside their range, chances that do not add up, where all of them are watched, and days without a match of the league. */
function beyondLimits(
  { columns, ids, stored, near, spacingOf }: WatchedRows,
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
      anomalous.push({
        ...{ id, column: sumOfProbabilities, observed: sum, value: sum, score: off },
        ...{ limit: tolerance, baseline: null },
      });
    }
    const worst = range === undefined ? undefined : furthestOutside(columns, values, range);
    if (worst !== undefined) anomalous.push({ id, ...worst });
    const spacing = spacingOf(row);
    if (spacing === undefined) continue;
    const { days } = spacing;
    const longest = Math.max(leastGapThatMatters, spacing.longestBefore);
    if (days > longest) {
      anomalous.push({
        ...{ id, column: timeColumn, observed: days, value: days, score: days / longest },
        ...{ limit: longest, baseline: null },
      });
    }
  }
  return { anomalous: worstFirst(anomalous), tested: ids.length - skipped + near.rows, skipped };
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
    const limit = value > highest ? highest : lowest;
    return score > 1 ? [{ column, observed: value, value, score, limit, baseline: null }] : [];
  });
  return outside.sort((a, b) => b.score - a.score)[0];
}

/** The column of a row that lies furthest from its median, in the unit of the column; undefined where none is known. */
function furthest({ columns, stored, measured, baselineOf }: WatchedRows, row: number) {
  const distances = columns.flatMap((column, at) => {
    const value = valueAt(measured, row, at);
    const baseline = baselineOf(row, at);
    const distance = Math.abs(value - baseline.median);
    const observed = valueAt(stored, row, at);
    return Number.isFinite(distance) ? [{ column, observed, value, distance, baseline }] : [];
  });
  return distances.sort((a, b) => b.distance - a.distance)[0];
}

/** Rows of which a rule puts a value outside; the worst value of a row tells of it. */
function outliersBy(rule: OutlierRule, rows: WatchedRows, least: number): RowVerdicts {
  const { columns, ids, stored, measured, baselineOf, near, baselines } = rows;
  const limit = outlierLimits[rule];
  const anomalous: AnomalousRow[] = [];
  // Of a row that lies at the median the score is 0 where a column can be judged at all.
  let tested = baselines.some((one) => outlierScore(rule, one, one.median) !== undefined) ? near.measured : 0;
  for (const [row, id] of ids.entries()) {
    let worst: AnomalousRow | undefined;
    let isJudged = false;
    for (const [at, column] of columns.entries()) {
      const value = valueAt(measured, row, at);
      const baseline = baselineOf(row, at);
      const score = outlierScore(rule, baseline, value);
      if (score === undefined) continue;
      isJudged = true;
      const isOutside = score > limit && Math.abs(value - baseline.median) >= least;
      if (!isOutside || score <= (worst?.score ?? 0)) continue;
      worst = { id, column, observed: valueAt(stored, row, at), value, score, limit, baseline };
    }
    if (isJudged) tested += 1;
    if (worst !== undefined) anomalous.push(worst);
  }
  return { anomalous: worstFirst(anomalous), tested, skipped: ids.length + near.rows - tested };
}

/** Rows that a forest of the span before isolates sooner than nearly every row of that span. */
function isolated(rows: WatchedRows, least: number): RowVerdicts {
  const { ids, measured, sample, near } = rows;
  const all = ids.length + near.rows;
  const baseline = completePoints(sample).points;
  if (baseline.rows < fewestForBaseline) return { anomalous: [], tested: 0, skipped: all };
  const { points, rowOf } = completePoints(measured);
  const { forest, threshold } = calibrateForest(baseline);
  const scores = scoreRows(forest, points);
  const isOutside = (at: number): boolean => (scores[at] ?? 0) > threshold;
  const scoring = { scoreOf: (at: number) => scores[at] ?? 0, limit: threshold };
  const anomalous = outside(rows, rowOf, isOutside, least, scoring);
  const tested = points.rows + near.measured;
  return { anomalous, tested, skipped: all - tested };
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
  const isNoise = noiseRows(together(baseline, points), rules);
  const isOutside = (at: number): boolean => isNoise[baseline.rows + at] === 1;
  const anomalous = outside(rows, rowOf, isOutside, least, { limit: rules.distance });
  return { anomalous, tested: points.rows, skipped: ids.length - points.rows };
}

function together(first: Points, second: Points): Points {
  const values = new Float64Array(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  return { rows: first.rows + second.rows, columns: first.columns, values };
}

/** Of the complete rows those that are outside and lie far enough away to matter; scored by their distance where the method has no score. */
function outside(
  rows: WatchedRows,
  rowOf: Uint32Array,
  isOutside: (at: number) => boolean,
  least: number,
  { scoreOf, limit }: { readonly scoreOf?: (at: number) => number; readonly limit: number },
): AnomalousRow[] {
  const anomalous: AnomalousRow[] = [];
  for (const [at, row] of rowOf.entries()) {
    if (!isOutside(at)) continue;
    const far = furthest(rows, row);
    const id = rows.ids[row];
    if (far === undefined || id === undefined || far.distance < least) continue;
    const { distance, ...told } = far;
    anomalous.push({ id, ...told, limit, score: scoreOf?.(at) ?? distance });
  }
  return worstFirst(anomalous);
}
