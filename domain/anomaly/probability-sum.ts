/** Sums of decimals are not exact: what is off by the tolerance itself is not off by more. */
const rounding = 1e-9;

/**
 * Whether the chances of a prediction do not add up: their sum is off 1 by more than the tolerance, or one of them is no number. Postgres refuses a prediction that
 * is off by more than .001, so that none is off by the .05 of ANOM-14; a tolerance below what it lets in can be set.
 */
export const sumsWrong = (chances: readonly number[], tolerance: number): boolean =>
  !(Math.abs(chances.reduce((sum, chance) => sum + chance, 0) - 1) <= tolerance + rounding);
