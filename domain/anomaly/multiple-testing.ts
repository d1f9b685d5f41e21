/**
 * The p-values of tests made together, adjusted so that among those below a limit at most that share are false alarms on average; in the
 * given order. Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B
 * 57 (1995).
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const descending = p.map((value, at) => ({ value, at })).sort((a, b) => b.value - a.value);
  const adjusted = new Array<number>(p.length).fill(1);
  let least = 1;
  for (const [i, { value, at }] of descending.entries()) {
    least = Math.min(least, (value * p.length) / (p.length - i));
    adjusted[at] = least;
  }
  return adjusted;
}
