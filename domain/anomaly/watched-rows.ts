import type { Baseline } from './baseline.js';
import type { FeatureWindows } from './drift.js';
import type { Points } from './points.js';

/** The rows of a window as they are judged, and what was before it: none of the judged rows is in any of the latter. */
export interface WatchedRows {
  /** The key columns, in the order of the numbers of every row. */
  readonly columns: readonly string[];
  /** Which rows are judged one by one, by id. */
  readonly ids: readonly number[];
  /** Rows that are judged without being looked at: too near to the usual to be outliers by any method, and within the limits. So many have been measured. */
  readonly near: { readonly rows: number; readonly measured: number };
  /** What is usual of each column in the span before. */
  readonly baselines: readonly Baseline[];
  /** Their columns as they are stored, NaN where one has none. */
  readonly stored: Points;
  /** Their columns as they are measured: a price as its distance from what the other bookmakers say, a score as it is. */
  readonly measured: Points;
  /** What is usual of a column where a row stands: of a match, it may be another season. */
  readonly baselineOf: (row: number, column: number) => Baseline;
  /** Where the time of a match is watched: how many days its league had not played before, of the first match of a day. */
  readonly spacingOf: (row: number) => Spacing | undefined;
  /** Rows of the span before, as they are measured: those of known incidents are left out. */
  readonly sample: Points;
  /** The distributions in the window and before it, one value a match where rows of a match say the same. */
  readonly distributions: readonly FeatureWindows[];
}

/** For how many days a league had not played, and for how many at most within a season in the year before. */
export interface Spacing {
  readonly days: number;
  readonly longestBefore: number;
}

/** The number of a row and column, NaN where there is none. */
export const valueAt = ({ columns, values }: Points, row: number, column: number): number =>
  values[row * columns + column] ?? NaN;
