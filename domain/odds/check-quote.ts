import type { CollectedQuote } from '../../schemas/records/collected-match.js';

/** CLN-5, COR-9: a price must be above this; one of exactly 1.01 fails. */
export const priceFloor = 1.01;

/** QUAL-15: a price above this is stored and marked. */
export const suspiciousPrice = 1000;

/** CLN-5: the interval of an implied total (the sum of 1/price over a market's outcomes), two-way markets included. */
export const impliedTotalBounds = { least: 0.95, most: 1.2 } as const;

export type QuoteDoubt =
  | 'price_not_above_floor'
  | 'handicap_without_line'
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
export function checkQuote(quote: CollectedQuote): QuoteVerdict {
  const legs = legsOfQuote(quote);
  let total = 0;
  let blank = false;
  let highest = 0;
  for (const price of legs) {
    if (price === null) {
      blank = true;
      continue;
    }
    // Written this way round, NaN is refused too.
    if (!(price > priceFloor)) {
      return {
        kind: 'refused',
        doubt: 'price_not_above_floor',
        message: `The price ${price} is not above ${priceFloor}`,
      };
    }
    highest = Math.max(highest, price);
    total += 1 / price;
  }
  if (quote.market === 'asian_handicap') {
    if (quote.line === null) {
      return {
        kind: 'refused',
        doubt: 'handicap_without_line',
        message: 'A handicap price without its line',
      };
    }
    if (!Number.isInteger(quote.line * 4)) {
      return {
        kind: 'suspicious',
        doubt: 'line_not_a_quarter',
        message: `The handicap ${quote.line} is not a multiple of a quarter`,
      };
    }
  }
  if (highest > suspiciousPrice) {
    return {
      kind: 'suspicious',
      doubt: 'price_above_limit',
      message: `The price ${highest} is above ${suspiciousPrice}`,
    };
  }
  const { least, most } = impliedTotalBounds;
  if (!blank && quote.bookmaker !== 'market_maximum' && (total < least || total > most)) {
    return {
      kind: 'suspicious',
      doubt: 'implied_total_out_of_bounds',
      message: `The implied total ${total.toFixed(4)} is outside ${least} to ${most}`,
    };
  }
  return plausible;
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
