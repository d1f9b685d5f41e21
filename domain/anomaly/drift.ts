import { baselineOf, type Baseline } from './baseline.js';
import { kolmogorovSmirnov, type KolmogorovSmirnov } from './kolmogorov-smirnov.js';
import { benjaminiHochberg } from './multiple-testing.js';

/** A feature's values in the baseline window and in the one that is judged; NaN where a row has none. */
export interface FeatureWindows {
  readonly feature: string;
  readonly baseline: Float64Array;
  readonly current: Float64Array;
}

/** When a difference is a drift. */
export interface DriftRules {
  /** The score above which there is drift. */
  readonly score: number;
  /** The adjusted p below which the distributions differ. */
  readonly p: number;
  /** The least distance between the distributions that matters: with many rows any difference is significant. */
  readonly effect: number;
  /** How many values each window must have. */
  readonly fewest: number;
}

export const standardDrift: DriftRules = { score: 0.1, p: 0.05, effect: 0.1, fewest: 30 };

/** `too_few`: a window has too few values to tell. */
export type DriftVerdict = 'drift' | 'stable' | 'too_few';

/** How far a feature has moved. Where there are too few values nothing was computed: 0, and p 1. */
export interface FeatureDrift {
  readonly feature: string;
  readonly verdict: DriftVerdict;
  readonly score: number;
  readonly meanChange: number;
  readonly deviationChange: number;
  readonly statistic: number;
  readonly p: number;
  /** p after the correction for all features that were tested together. */
  readonly adjustedP: number;
}

/** The change as a share of the first positive denominator, at most 1; without any, a change at all is 1. */
function relativeChange(change: number, ...denominators: readonly number[]): number {
  if (change === 0) return 0;
  const denominator = denominators.find((value) => value > 0);
  return denominator === undefined ? 1 : Math.min(1, Math.abs(change) / denominator);
}

/** Relative to the mean, or to the deviation where the mean is nearer to 0 than that. */
const meanChangeOf = (before: Baseline, after: Baseline): number =>
  relativeChange(after.mean - before.mean, Math.max(Math.abs(before.mean), before.deviation));

/** Relative to the deviation, or to the mean where the baseline was constant. */
const deviationChangeOf = (before: Baseline, after: Baseline): number =>
  relativeChange(after.deviation - before.deviation, before.deviation, Math.abs(before.mean));

/**
 * How far each feature has moved, with mean m, deviation s, and 0 for the baseline:
 *
 *     score = max( min(1, |m − m0| / max(|m0|, s0)),
 *                  min(1, |s − s0| / s0),
 *                  D where p < limit, else 0 )
 *
 * D and p are of the two-sample Kolmogorov-Smirnov test, p after Benjamini and Hochberg over the features that have enough values. Where
 * s0 is 0, |m0| is the second denominator; where that is 0 too, any change is 1. There is drift where the score is above its limit, p
 * below its own and D at least the effect that matters: noise moves the mean of a small window too.
 */
export const featureDrifts = (
  features: readonly FeatureWindows[],
  rules: DriftRules = standardDrift,
): FeatureDrift[] =>
  judgeDrifts(
    features.map((windows) => compareWindows(windows, rules)),
    rules,
  );

/** A feature whose windows were set beside each other, to be judged together with others. */
export interface ComparedFeature {
  readonly feature: string;
  readonly before: Baseline;
  readonly after: Baseline;
  /** None where a window has too few values. */
  readonly test: KolmogorovSmirnov | undefined;
}

/** Sets the windows of one feature beside each other: the part of {@link featureDrifts} that takes time. */
export function compareWindows(
  { feature, baseline, current }: FeatureWindows,
  rules: DriftRules = standardDrift,
): ComparedFeature {
  const before = baselineOf(baseline);
  const after = baselineOf(current);
  const enough = Math.min(before.count, after.count) >= Math.max(1, rules.fewest);
  return { feature, before, after, test: enough ? kolmogorovSmirnov(baseline, current) : undefined };
}

/** Judges features that were compared, as {@link featureDrifts} does. */
export function judgeDrifts(
  compared: readonly ComparedFeature[],
  rules: DriftRules = standardDrift,
): FeatureDrift[] {
  const adjusted = benjaminiHochberg(compared.flatMap(({ test }) => (test === undefined ? [] : [test.p])));
  let next = 0;
  return compared.map(({ feature, before, after, test }) => {
    if (test === undefined) return { feature, verdict: 'too_few', score: 0, ...nothingComputed };
    const adjustedP = adjusted[next] ?? 1;
    next += 1;
    const meanChange = meanChangeOf(before, after);
    const deviationChange = deviationChangeOf(before, after);
    const differs = adjustedP < rules.p;
    const score = Math.max(meanChange, deviationChange, differs ? test.statistic : 0);
    const drifted = differs && test.statistic >= rules.effect && score > rules.score;
    return {
      feature,
      verdict: drifted ? 'drift' : 'stable',
      score,
      meanChange,
      deviationChange,
      ...test,
      adjustedP,
    };
  });
}

const nothingComputed = { meanChange: 0, deviationChange: 0, statistic: 0, p: 1, adjustedP: 1 };
