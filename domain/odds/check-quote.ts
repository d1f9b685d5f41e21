import {
  impliedTotalBounds,
  priceFloor,
  suspiciousPrice,
  type TotalBounds,
} from '../../schemas/price-limits.js';
import type { CollectedQuote } from '../../schemas/records/collected-match.js';
import type { MarketType } from '../../schemas/values.js';
import { highestPrice, impliedProbabilities } from './standard-price.js';

/** What a line of `odds` can hold, numeric(5,2). */
const furthestLine = 999.99;

export type QuoteDoubt =
  | 'price_not_above_floor'
  | 'price_not_storable'
  | 'handicap_without_line'
  | 'total_without_line'
  | 'line_not_storable'
  | 'price_above_limit'
  | 'implied_total_out_of_bounds'
  | 'line_not_a_quarter';

/** What becomes of a quote: stored, stored and marked suspicious, or refused (then it stands in data_quality_logs alone). */
export type QuoteVerdict =
  | { readonly kind: 'plausible' }
  | { readonly kind: 'suspicious' | 'refused'; readonly doubt: QuoteDoubt; readonly message: string };

const plausible: QuoteVerdict = { kind: 'plausible' };

/**
 * Judges the prices of one quote (CLN-5, CLN-6, QUAL-15, COR-9). A maximum over books may leave less than a margin, so the implied total
 * of `market_maximum` is not judged; nor is that of a quote with a blank leg. Total on every input.
 */
export function checkQuote(
  quote: CollectedQuote,
  bounds: Readonly<Record<MarketType, TotalBounds>> = impliedTotalBounds,
): QuoteVerdict {
  const legs = legsOfQuote(quote);
  let highest = 0;
  for (const price of legs) {
    if (price === null) continue;
    // Written this way round, NaN is refused too.
    if (!(price > priceFloor)) {
      return {
        kind: 'refused',
        doubt: 'price_not_above_floor',
        message: `The price ${price} is not above ${priceFloor}`,
      };
    }
    highest = Math.max(highest, price);
  }
  if (highest > highestPrice) {
    return {
      kind: 'refused',
      doubt: 'price_not_storable',
      message: `The price ${highest} is above ${highestPrice}`,
    };
  }
  const doubt = doubtOfLine(quote);
  if (doubt !== undefined) return doubt;
  if (highest > suspiciousPrice) {
    return {
      kind: 'suspicious',
      doubt: 'price_above_limit',
      message: `The price ${highest} is above ${suspiciousPrice}`,
    };
  }
  const total = quote.bookmaker === 'market_maximum' ? undefined : impliedProbabilities(legs)?.total;
  const { least, most } = bounds[quote.market];
  if (total !== undefined && (total < least || total > most)) {
    return {
      kind: 'suspicious',
      doubt: 'implied_total_out_of_bounds',
      message: `The implied total ${total.toFixed(4)} is outside ${least} to ${most}`,
    };
  }
  return plausible;
}

/** A two-way price means nothing without its line. */
function doubtOfLine({ market, line }: CollectedQuote): QuoteVerdict | undefined {
  if (line === null) {
    switch (market) {
      case '1x2':
        return undefined;
      case 'over_under':
        return {
          kind: 'refused',
          doubt: 'total_without_line',
          message: 'An over/under price without its total',
        };
      case 'asian_handicap':
        return {
          kind: 'refused',
          doubt: 'handicap_without_line',
          message: 'A handicap price without its line',
        };
    }
  }
  if (!(Math.abs(line) <= furthestLine)) {
    return {
      kind: 'refused',
      doubt: 'line_not_storable',
      message: `The line ${line} is beyond ${furthestLine}`,
    };
  }
  if (market === 'asian_handicap' && !Number.isInteger(line * 4)) {
    return {
      kind: 'suspicious',
      doubt: 'line_not_a_quarter',
      message: `The handicap ${line} is not a multiple of a quarter`,
    };
  }
  return undefined;
}

/** The prices of a quote's market, in the order of its outcomes. */
export function legsOfQuote(quote: CollectedQuote): readonly (number | null)[] {
  switch (quote.market) {
    case '1x2':
      return [quote.home, quote.draw, quote.away];
    case 'over_under':
      return [quote.over, quote.under];
    case 'asian_handicap':
      return [quote.home, quote.away];
  }
}
