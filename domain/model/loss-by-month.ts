import type { PriceTriple, Probabilities } from '../../schemas/records/probabilities.js';
import { toIso, type Instant, type Outcome } from '../../schemas/values.js';
import { shin } from '../odds/devig.js';
import { classOf } from './judge-predictions.js';
import { logLoss } from './scores.js';

/** What was said of a match, what came, and the market's closing price, if there was one. */
export interface SaidOfPlayed {
  readonly version: string;
  readonly kickOff: Instant;
  readonly chances: Probabilities;
  readonly result: Outcome;
  readonly closing: PriceTriple | null;
}

/** A version in a month of kick-offs beside the closing price, over the matches that have one. */
export interface MonthOfLoss {
  /** `2026-11`, of UTC. */
  readonly month: string;
  readonly version: string;
  readonly matches: number;
  /** Mean log loss, lower is better. */
  readonly logLoss: number;
  readonly market: number;
}

/** Mean log loss by month and version beside the closing price (its margin out by Shin), the newest month first. Matches without one are left out. */
export function lossByMonth(said: readonly SaidOfPlayed[]): MonthOfLoss[] {
  const sums = new Map<
    string,
    { month: string; version: string; matches: number; model: number; market: number }
  >();
  for (const { version, kickOff, chances, result, closing } of said) {
    if (closing === null) continue;
    const month = toIso(kickOff).slice(0, 7);
    const key = `${month}/${version}`;
    const sum = sums.get(key) ?? { month, version, matches: 0, model: 0, market: 0 };
    const outcome = classOf(result);
    sum.matches += 1;
    sum.model += logLoss({ chances, outcome });
    sum.market += logLoss({ chances: shin(closing), outcome });
    sums.set(key, sum);
  }
  return [...sums.values()]
    .map(({ month, version, matches, model, market }) => ({
      ...{ month, version, matches, logLoss: model / matches, market: market / matches },
    }))
    .sort((a, b) => b.month.localeCompare(a.month) || b.version.localeCompare(a.version));
}
