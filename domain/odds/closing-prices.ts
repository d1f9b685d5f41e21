import type { PricePhase } from '../../schemas/values.js';

/** What says of a price whose it is and when it was known. */
export interface TimedPrice {
  readonly bookmaker: string;
  readonly market: string;
  readonly line: number | null;
  readonly dataSource: string;
  readonly phase: PricePhase;
  readonly knownAt: Date;
}

/**
 * Of each bookmaker, source, market and line the price that stood at kick-off: the one that its source calls closing, else the last that was known before.
 * @param history in the order in which the prices became known
 */
export function closingPrices<Priced extends TimedPrice>(
  history: readonly Priced[],
  kickOff: Date,
): Priced[] {
  const last = new Map<string, Priced>();
  for (const price of history) {
    const { bookmaker, dataSource, market, line, phase, knownAt } = price;
    if (phase === 'live' || knownAt > kickOff) continue;
    const key = JSON.stringify([bookmaker, dataSource, market, line]);
    if (last.get(key)?.phase === 'closing' && phase !== 'closing') continue;
    last.set(key, price);
  }
  return [...last.values()];
}
