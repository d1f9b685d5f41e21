/** Sums of decimals are not exact: what is off by the tolerance itself is not off by more. */
const rounding = 1e-9;

/** Whether the chances of a prediction do not add up: their sum is off 1 by more than the tolerance, or one of them is no number. */
export const sumsWrong = (chances: readonly number[], tolerance: number): boolean =>
  !(Math.abs(chances.reduce((sum, chance) => sum + chance, 0) - 1) <= tolerance + rounding);
