import type { CollectedQuote } from '../../schemas/records/collected-match.js';
import { marketView } from './market-view.js';

/** From this lean of the 1x2 prices on (log ratio of the chances) a side is the favourite. */
const clearLean = 0.15;

/** Whose side a handicap takes: above 0 the home side's. A favourite gives a start, so that its line is negative; without a start its price is the lower one. */
const sideOf = ({ line, home, away }: CollectedQuote): number =>
  line !== null && line !== 0 ? -line : home !== null && away !== null ? Math.log(away / home) : 0;

/** What tells a side apart from even: a start of a quarter of a goal, or prices as far apart as those of a favourite. */
const takesASide = (quote: CollectedQuote): boolean => Math.abs(sideOf(quote)) >= clearLean;

/**
 * The 1x2 quotes and the handicaps of a match that name different favourites, before the match or at its close: one of the two has its sides exchanged, and
 * nobody can say which. Silent where handicaps contradict each other. Total on every input.
 */
export function quotesAgainstHandicap(quotes: readonly CollectedQuote[]): readonly CollectedQuote[] {
  return (['prematch', 'closing'] as const).flatMap((phase) => {
    const lean = marketView(quotes, phase)?.lean;
    const handicaps = quotes.filter(
      (quote) => quote.market === 'asian_handicap' && quote.phase === phase && takesASide(quote),
    );
    if (lean === undefined || Math.abs(lean) < clearLean || handicaps.length === 0) return [];
    if (handicaps.some((quote) => sideOf(quote) * lean > 0)) return [];
    return [...quotes.filter((quote) => quote.market === '1x2' && quote.phase === phase), ...handicaps];
  });
}
