import type { CollectedQuote } from '../../schemas/records/collected-match.js';
import type { PricePhase } from '../../schemas/values.js';

/** The chances of a match's three results; they sum to 1. */
export interface Chances {
  readonly home: number;
  readonly draw: number;
  readonly away: number;
}

/** What several quotes make of a match together. */
export interface MarketView extends Chances {
  /** The natural logarithm of the home chance over the away chance: above 0 the home side is the favourite. */
  readonly lean: number;
  /** How many quotes it is the median of. */
  readonly quotes: number;
}

type Triple = Pick<CollectedQuote, 'market' | 'home' | 'draw' | 'away'>;

/** The chances of a whole 1x2 quote, its margin taken out in proportion; undefined of any other. */
export function chancesOf({ market, home, draw, away }: Triple): Chances | undefined {
  if (market !== '1x2' || home === null || draw === null || away === null) return undefined;
  if (!(home > 1 && draw > 1 && away > 1)) return undefined;
  const total = 1 / home + 1 / draw + 1 / away;
  return { home: 1 / home / total, draw: 1 / draw / total, away: 1 / away / total };
}

/** The logarithm of the home chance over the away chance of a quote; undefined unless it is a whole 1x2 quote. */
export const leanOf = (quote: Triple): number | undefined =>
  chancesOf(quote) === undefined ? undefined : Math.log((quote.away ?? NaN) / (quote.home ?? NaN));

/** The middle value; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** What was computed of a list of quotes, by phase: rules ask for the same views of the same matches. */
const computed = new WeakMap<readonly CollectedQuote[], Map<PricePhase, MarketView | undefined>>();

/** {@link marketViewWithout} nobody left out, computed once for a list of quotes. */
export function marketView(quotes: readonly CollectedQuote[], phase: PricePhase): MarketView | undefined {
  const known = computed.get(quotes) ?? new Map<PricePhase, MarketView | undefined>();
  if (!known.has(phase)) known.set(phase, marketViewWithout(undefined, quotes, phase));
  computed.set(quotes, known);
  return known.get(phase);
}

/**
 * The medians over the 1x2 quotes of one phase: one wrong quote of three does not move them. Bookmakers and exchanges count, an average only
 * where there are none of these. Undefined without a quote.
 * @param leftOut a bookmaker whose quotes do not count
 */
export function marketViewWithout(
  leftOut: string | undefined,
  quotes: readonly CollectedQuote[],
  phase: PricePhase,
): MarketView | undefined {
  const told = quotes.filter(
    ({ phase: of, bookmaker }) => of === phase && bookmaker !== leftOut && bookmaker !== 'market_maximum',
  );
  const single = told.filter(({ kind }) => kind !== 'aggregate');
  const counted = (single.length > 0 ? single : told)
    .map(chancesOf)
    .filter((chances) => chances !== undefined);
  if (counted.length === 0) return undefined;
  const lean = median(counted.map(({ home, away }) => Math.log(home / away)));
  const draw = median(counted.map((chances) => chances.draw));
  const home = (1 - draw) / (1 + Math.exp(-lean));
  return { lean, draw, home, away: 1 - draw - home, quotes: counted.length };
}
