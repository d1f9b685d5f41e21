import type { ToldQuote } from '../../../schemas/records/live.js';
import type { Told } from './endpoint.js';

/** An outcome of a market that has a price of its own. */
export type Leg = 'home' | 'draw' | 'away' | 'over' | 'under';

/** The legs of a quote from prices that are told one by one; null where none is. */
export function legsOf(
  prices: readonly Told<{ readonly leg: Leg; readonly price: number | null }>[],
): Pick<ToldQuote, Leg> {
  const priceOf = (leg: Leg): number | null =>
    prices.find(({ record }) => record.leg === leg)?.record.price ?? null;
  return {
    home: priceOf('home'),
    draw: priceOf('draw'),
    away: priceOf('away'),
    over: priceOf('over'),
    under: priceOf('under'),
  };
}
