import type { Baseline } from './baseline.js';

/** The rules that judge one value of one metric: mean and deviation, quartiles, median and MAD. */
export type OutlierRule = '3sigma' | 'iqr' | 'mad';

/** A baseline of fewer values tells nothing. */
export const fewestForBaseline = 10;
/** Beyond this score a value is an outlier. */
export const outlierLimits: Readonly<Record<OutlierRule, number>> = { '3sigma': 3, iqr: 1.5, mad: 3.5 };

/** The MAD and the mean distance of a normal distribution, in its deviations. */
const madOfNormal = 0.6744897501960817;
const meanDistanceOfNormal = 0.7978845608028654;

/**
 * How far outside a value lies: distances from the mean in deviations (`3sigma`), from the nearer quartile in interquartile ranges
 * (`iqr`, 0 between them), from the median in deviations as the MAD tells them (`mad`). Where more than half of the values are equal,
 * as goals may be, the MAD is 0 and the mean distance stands in for it (Iglewicz and Hoaglin, 1993). Undefined where the baseline is too
 * small or has no spread: then nothing can be said of any value, and nothing is alarmed.
 */
export function outlierScore(rule: OutlierRule, baseline: Baseline, value: number): number | undefined {
  if (baseline.count < fewestForBaseline || !Number.isFinite(value)) return undefined;
  const { distance, spread } = distanceAndSpread(rule, baseline, value);
  return spread > 0 ? distance / spread : undefined;
}

function distanceAndSpread(rule: OutlierRule, baseline: Baseline, value: number) {
  switch (rule) {
    case '3sigma':
      return { distance: Math.abs(value - baseline.mean), spread: baseline.deviation };
    case 'iqr': {
      const { lowerQuartile, upperQuartile } = baseline;
      return {
        distance: Math.max(0, lowerQuartile - value, value - upperQuartile),
        spread: upperQuartile - lowerQuartile,
      };
    }
    case 'mad':
      return {
        distance: Math.abs(value - baseline.median),
        spread:
          baseline.medianDeviation > 0
            ? baseline.medianDeviation / madOfNormal
            : baseline.meanAbsoluteDeviation / meanDistanceOfNormal,
      };
  }
}
