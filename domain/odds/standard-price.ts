/** What a price of `odds` can hold, numeric(10,3). */
export const highestPrice = 9_999_999.999;

/** A price to three places (CLN-2). What is no number stays as it is, and {@link checkQuote} refuses it. Idempotent. */
export const threeDecimals = (price: number): number =>
  Math.abs(price) <= highestPrice ? Math.round(price * 1000) / 1000 : price;

/**
 * A decimal price from a number or a text (`2.10`, also `2,10`), to three places; null where there is none. Whether it can be believed is
 * {@link checkQuote}'s to say. Never throws.
 */
export function standardPrice(
  value: unknown,
): { readonly value: number | null } | { readonly reason: string } {
  if (value === null || value === undefined) return { value: null };
  const text = typeof value === 'string' ? value.trim() : undefined;
  if (text === '') return { value: null };
  const price = text === undefined ? value : decimal.test(text) ? Number(text.replace(',', '.')) : undefined;
  const rounded = typeof price === 'number' ? threeDecimals(price) : 0;
  if (!(rounded > 0)) return { reason: 'is not a price' };
  return rounded <= highestPrice ? { value: rounded } : { reason: 'is too high for a price' };
}

const decimal = /^\+?\d{0,9}[.,]?\d{1,12}$/;

/** What the prices of a market say, before the margin is taken out. */
export interface ImpliedProbabilities {
  readonly probabilities: readonly number[];
  /** The sum: 1 plus the bookmaker's margin. */
  readonly total: number;
}

/** CLN-2: one over each price, and their sum; undefined unless every price is one, that is a number above 0. */
export function impliedProbabilities(prices: readonly (number | null)[]): ImpliedProbabilities | undefined {
  const probabilities: number[] = [];
  let total = 0;
  for (const price of prices) {
    if (price === null || !(price > 0)) return undefined;
    probabilities.push(1 / price);
    total += 1 / price;
  }
  return { probabilities, total };
}
