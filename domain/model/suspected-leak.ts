import { SuspectedLeak } from '../../schemas/errors.js';
import type { PairedDifference } from './paired-difference.js';

const fewestMatches = 1_000;
const standardErrors = 3;
/** A real market is hardly beaten at all: on real data a lead must also be this large to be suspect. */
const leadOnRealData = 0.005;

/** Where the matches come from: a simulated market may be as bad as its simulator. */
export type Played = 'real' | 'simulated';

/**
 * Whether a result is too good to be true: its log loss, paired with that of the average closing price, lies more than
 * 3 standard errors below it over 1,000 matches or more; on real data also by .005.
 */
export const looksLikeLeak = ({ n, mean, standardError }: PairedDifference, played: Played): boolean =>
  n >= fewestMatches &&
  mean < -standardErrors * standardError &&
  (played === 'simulated' || mean < -leadOnRealData);

/** Refuses a result that {@link looksLikeLeak}. Throws {@link SuspectedLeak} that names what was judged. */
export function refuseLeak(judged: string, difference: PairedDifference, played: Played): void {
  if (!looksLikeLeak(difference, played)) return;
  const { n, mean, standardError } = difference;
  throw new SuspectedLeak(
    `${judged} beats the average closing price by ${(-mean).toFixed(4)} in log loss (standard error ${standardError.toFixed(4)}, ${n} matches): it must know more than was known at the cutoff`,
    {
      object: judged,
      advice: 'Look for a feature that is not as of the cutoff; the result was not kept.',
    },
  );
}
