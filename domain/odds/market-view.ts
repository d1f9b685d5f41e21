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

/** A whole 1x2 quote with what is computed of it. */
interface Priced {
  readonly bookmaker: string;
  readonly isAverage: boolean;
  readonly draw: number;
  readonly lean: number;
}

/** The whole 1x2 quotes of a list, by phase: bookmakers are left out one after the other, and each quote is read once. */
const pricedByPhase = new WeakMap<readonly CollectedQuote[], ReadonlyMap<PricePhase, readonly Priced[]>>();

function pricedOf(quotes: readonly CollectedQuote[], phase: PricePhase): readonly Priced[] {
  let priced = pricedByPhase.get(quotes);
  if (priced === undefined) {
    const phases = new Map<PricePhase, Priced[]>();
    for (const quote of quotes) {
      if (quote.market !== '1x2' || quote.bookmaker === 'market_maximum') continue;
      const chances = chancesOf(quote);
      if (chances === undefined) continue;
      const one = {
        bookmaker: quote.bookmaker,
        isAverage: quote.kind === 'aggregate',
        draw: chances.draw,
        lean: Math.log(chances.home / chances.away),
      };
      const told = phases.get(quote.phase);
      if (told === undefined) phases.set(quote.phase, [one]);
      else told.push(one);
    }
    priced = phases;
    pricedByPhase.set(quotes, priced);
  }
  return priced.get(phase) ?? [];
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
  const told = pricedOf(quotes, phase).filter(({ bookmaker }) => bookmaker !== leftOut);
  const single = told.filter(({ isAverage }) => !isAverage);
  const counted = single.length > 0 ? single : told;
  if (counted.length === 0) return undefined;
  const lean = median(counted.map((one) => one.lean));
  const draw = median(counted.map((one) => one.draw));
  const home = (1 - draw) / (1 + Math.exp(-lean));
  return { lean, draw, home, away: 1 - draw - home, quotes: counted.length };
}
