/** The mean of differences between pairs, and how sure it is. */
export interface PairedDifference {
  readonly n: number;
  readonly mean: number;
  /** Standard error of the mean: sample deviation over √n; 0 of fewer than two pairs. */
  readonly standardError: number;
}

/** Compares two scores of the same matches, match by match: negative where `ours` is lower. */
export function pairedDifference(ours: readonly number[], theirs: readonly number[]): PairedDifference {
  if (ours.length !== theirs.length)
    throw new RangeError('Pairs are compared, and the lists differ in length');
  const n = ours.length;
  const differences = ours.map((value, index) => value - (theirs[index] ?? Number.NaN));
  const mean = differences.reduce((sum, value) => sum + value, 0) / n;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { n, mean, standardError: n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n) };
}
