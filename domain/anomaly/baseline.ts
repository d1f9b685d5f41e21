import { finiteSorted, quantile } from './quantile.js';

/** What is usual of a metric. Every figure is in the metric's unit, and NaN where no value is left. */
export interface Baseline {
  readonly count: number;
  /** Values that are null or no number. */
  readonly skipped: number;
  readonly mean: number;
  /** Of a sample: divided by n − 1. 0 of a single value. */
  readonly deviation: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  /** The median distance from the median (MAD), not scaled. */
  readonly medianDeviation: number;
  /** The mean distance from the median. */
  readonly meanAbsoluteDeviation: number;
}

const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The baseline of plain values. */
export function baselineOf(values: Float64Array): Baseline {
  const ascending = finiteSorted(values);
  const first = ascending[0] ?? NaN;
  const constant = first === ascending.at(-1);
  // A mean of equal values is rounded off them, and would give them a deviation.
  const mean = constant ? first : meanOf(ascending);
  const squares = ascending.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const median = quantile(ascending, 0.5);
  const distances = ascending.map((value) => Math.abs(value - median)).sort();
  return {
    count: ascending.length,
    skipped: values.length - ascending.length,
    mean,
    deviation: ascending.length === 0 ? NaN : Math.sqrt(squares / Math.max(1, ascending.length - 1)),
    lowerQuartile: quantile(ascending, 0.25),
    median,
    upperQuartile: quantile(ascending, 0.75),
    medianDeviation: quantile(distances, 0.5),
    meanAbsoluteDeviation: meanOf(distances),
  };
}
