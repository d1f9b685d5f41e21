import { BadInput } from '../../schemas/errors.js';
import { kolmogorovTail } from './kolmogorov-distribution.js';
import { finiteSorted } from './quantile.js';

/** Whether two samples are of one distribution: the largest distance between their shares, and how likely that or more is if they are. */
export interface KolmogorovSmirnov {
  readonly statistic: number;
  readonly p: number;
}

/** Above this size of the larger sample p is SciPy's asymptotic one. */
const largestForExact = 10_000;

/**
 * The two-sample, two-sided test of Kolmogorov and Smirnov, as SciPy's `ks_2samp(method='auto')`: p is exact up to 10,000 values a
 * sample, and beyond that of the one-sample distribution for m·n/(m+n) values. Values that are no number are left out. Throws
 * {@link BadInput} where a sample has none left.
 */
export function kolmogorovSmirnov(first: Float64Array, second: Float64Array): KolmogorovSmirnov {
  const a = finiteSorted(first);
  const b = finiteSorted(second);
  if (a.length === 0 || b.length === 0)
    throw new BadInput('A sample without a number cannot be compared', {
      advice: 'Leave out features that have no values in a window.',
    });
  const steps = largestDistance(a, b);
  const divisor = greatestCommonDivisor(a.length, b.length);
  const statistic = steps / ((a.length / divisor) * b.length);
  if (steps === 0) return { statistic, p: 1 };
  return {
    statistic,
    p:
      Math.max(a.length, b.length) <= largestForExact
        ? shareOfPathsOutside(a.length, b.length, steps)
        : kolmogorovTail(roundHalfToEven((a.length * b.length) / (a.length + b.length)), statistic),
  };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

const roundHalfToEven = (value: number): number =>
  value % 1 === 0.5 ? 2 * Math.round(value / 2) : Math.round(value);

/** The largest distance between the shares, in units of one over the least common multiple of the sizes: a whole number. */
function largestDistance(a: Float64Array, b: Float64Array): number {
  const divisor = greatestCommonDivisor(a.length, b.length);
  const [stepOfA, stepOfB] = [b.length / divisor, a.length / divisor];
  let largest = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
    while (a[i] === value) i += 1;
    while (b[j] === value) j += 1;
    largest = Math.max(largest, Math.abs(i * stepOfA - j * stepOfB));
  }
  return largest;
}

/**
 * The share of the ways from (0, 0) to (m, n), a step of one at a time and all equally likely, that come `steps` or more away from the
 * diagonal: the exact p. A way that has come to (i, j) came from the left with i/(i + j); outside the band the share is 1. One column is
 * kept. Source: J. L. Hodges, "The significance probability of the Smirnov two-sample test", Arkiv för Matematik 3 (1958).
 */
function shareOfPathsOutside(m: number, n: number, steps: number): number {
  const divisor = greatestCommonDivisor(m, n);
  const [up, right] = [m / divisor, n / divisor];
  const outside = Float64Array.from({ length: n + 1 }, (_, j) => (j * up >= steps ? 1 : 0));
  let lowest = 0;
  for (let i = 1; i <= m; i += 1) {
    const from = Math.max(0, Math.floor((i * right - steps) / up) + 1);
    const to = Math.min(n, Math.ceil((i * right + steps) / up) - 1);
    outside.fill(1, lowest, from);
    lowest = from;
    let below = from === 0 ? 0 : 1;
    for (let j = from; j <= to; j += 1) {
      below = ((outside[j] ?? 1) * i + below * j) / (i + j);
      outside[j] = below;
    }
  }
  return outside[n] ?? 1;
}
