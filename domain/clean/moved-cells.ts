import type { CollectedQuote } from '../../schemas/records/collected-match.js';
import { checkQuote, legsOfQuote, type QuoteDoubt } from '../odds/check-quote.js';
import type { Hold } from './check-match.js';

/** What no bookmaker says of a match; of a sure winner they do say 1.01, which odds does not take. */
const impossible: ReadonlySet<QuoteDoubt> = new Set([
  'handicap_without_line',
  'line_not_storable',
  'line_not_a_quarter',
]);

/** A quote that is none. Prices of which the margin alone is unusual may be right: only beside one that cannot be do they speak of a row. */
interface Sign {
  readonly weight: 'impossible' | 'unusual';
  readonly says: string;
}

/** Aggregates of one market share their line, and what they are made of: they count once. */
const placeOf = ({ kind, bookmaker, market, phase }: CollectedQuote): string =>
  `${kind === 'aggregate' ? 'the books together' : bookmaker} ${market} ${phase}`;

function signOf(quote: CollectedQuote): Sign | undefined {
  const legs = legsOfQuote(quote);
  const blank = legs.filter((price) => price === null).length;
  if (blank === legs.length) return undefined;
  const says = (what: string): string => `${placeOf(quote)}: ${what}`;
  if (blank > 0) return { weight: 'impossible', says: says('not every outcome has a price') };
  const least = Math.min(...legs.map((price) => price ?? Infinity));
  if (!(least > 1)) return { weight: 'impossible', says: says(`a price of ${least} returns no stake`) };
  const verdict = checkQuote(quote);
  if (verdict.kind === 'plausible') return undefined;
  if (impossible.has(verdict.doubt)) return { weight: 'impossible', says: says(verdict.message) };
  return verdict.doubt === 'implied_total_out_of_bounds'
    ? { weight: 'unusual', says: says(verdict.message) }
    : undefined;
}

/**
 * Holds a row in which several quotes are none: where a cell is lost, all after it stand under their neighbours' names, and most of them look like
 * prices. One such quote alone is an error of its own. Total on every input.
 */
export function holdOfMovedCells(quotes: readonly CollectedQuote[]): Hold | undefined {
  const signs = new Map<string, Sign>();
  for (const quote of quotes) {
    const sign = signOf(quote);
    const known = signs.get(placeOf(quote));
    if (sign !== undefined && known?.weight !== 'impossible') signs.set(placeOf(quote), sign);
  }
  const [first, second] = [...signs.values()].toSorted(
    (a, b) => Number(a.weight === 'unusual') - Number(b.weight === 'unusual'),
  );
  if (first?.weight !== 'impossible' || second === undefined) return undefined;
  const others = signs.size > 2 ? `, and ${signs.size - 2} more` : '';
  return {
    field: 'quotes',
    reason: `${first.says}; ${second.says}${others}: the cells of the row look moved`,
  };
}
