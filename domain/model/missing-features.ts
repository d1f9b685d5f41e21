import type { ModelMatch } from './model-match.js';

/**
 * The largest share of what a model reads of a match that may be missing. A booster has learnt what to make of a gap, and the regression takes the mean: of a match of
 * which more is missing they would tell little but the base rate, and it is refused.
 */
export const mostMissing = 0.5;

/** The features of a list that a match lacks, in their order. */
export const missingOf = ({ feature }: ModelMatch, features: readonly string[]): string[] =>
  features.filter((name) => !Number.isFinite(feature(name)));

/** Whether too much is missing for an answer. */
export const isTooSparse = (missing: readonly string[], features: readonly string[]): boolean =>
  missing.length > mostMissing * features.length;
