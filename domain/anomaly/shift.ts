import { standardDrift, type FeatureWindows } from './drift.js';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.js';
import { benjaminiHochberg } from './multiple-testing.js';
import { finiteSorted } from './quantile.js';

/** Whether a column is of another distribution now. Where there are too few values nothing was computed: 0, and p 1. */
export interface ColumnShift {
  readonly feature: string;
  readonly verdict: 'shift' | 'stable' | 'too_few';
  readonly statistic: number;
  readonly p: number;
  /** p after the correction for all columns that were tested together. */
  readonly adjustedP: number;
}

/**
 * Compares each column with what it was before, by Kolmogorov and Smirnov. It has shifted where the adjusted p is below the limit and the distance
 * between the distributions at least the one that matters: with many rows any difference is significant.
 */
export function columnShifts(
  columns: readonly FeatureWindows[],
  limit: number,
  { effect, fewest }: Pick<typeof standardDrift, 'effect' | 'fewest'> = standardDrift,
): ColumnShift[] {
  const compared = columns.map(({ feature, baseline, current }) => {
    const enough = Math.min(finiteSorted(baseline).length, finiteSorted(current).length) >= fewest;
    return { feature, test: enough ? kolmogorovSmirnov(baseline, current) : undefined };
  });
  const adjusted = benjaminiHochberg(compared.flatMap(({ test }) => (test === undefined ? [] : [test.p])));
  let next = 0;
  return compared.map(({ feature, test }) => {
    if (test === undefined) return { feature, verdict: 'too_few', statistic: 0, p: 1, adjustedP: 1 };
    const adjustedP = adjusted[next] ?? 1;
    next += 1;
    const hasShifted = adjustedP < limit && test.statistic >= effect;
    return { feature, verdict: hasShifted ? 'shift' : 'stable', ...test, adjustedP };
  });
}
