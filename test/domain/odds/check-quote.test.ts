import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkQuote } from '../../../domain/odds/check-quote.js';
import { impliedTotalBounds, priceFloor } from '../../../schemas/price-limits.js';
import type { CollectedQuote } from '../../../schemas/records/collected-match.js';

const blank = { line: null, home: null, draw: null, away: null, over: null, under: null };
const quote = (fields: Partial<CollectedQuote>): CollectedQuote => ({
  bookmaker: 'bet365',
  kind: 'book',
  phase: 'prematch',
  market: '1x2',
  ...blank,
  ...fields,
});
const verdict = (fields: Partial<CollectedQuote>) => {
  const outcome = checkQuote(quote(fields));
  return outcome.kind === 'plausible' ? 'plausible' : `${outcome.kind}: ${outcome.doubt}`;
};

describe('plausibility of prices', () => {
  it('believes an ordinary market', () => {
    expect(verdict({ home: 2.1, draw: 3.4, away: 3.6 })).toBe('plausible');
  });

  it('refuses a price of exactly 1.01 and believes one just above', () => {
    expect(verdict({ home: 1.01, draw: 15, away: 30 })).toBe('refused: price_not_above_floor');
    expect(verdict({ home: 1.011, draw: 15, away: 30 })).toBe('plausible');
  });

  it('marks a price above 1000, and not one of 1000', () => {
    expect(verdict({ home: 1.02, draw: 20, away: 1001 })).toBe('suspicious: price_above_limit');
    expect(verdict({ home: 1.02, draw: 20, away: 1000 })).toBe('plausible');
  });

  it('marks an implied total outside 0.95 to 1.20, in markets of two and of three outcomes', () => {
    expect(verdict({ home: 3.5, draw: 4, away: 3.6 })).toBe('suspicious: implied_total_out_of_bounds');
    expect(verdict({ home: 1.8, draw: 3, away: 3 })).toBe('suspicious: implied_total_out_of_bounds');
    expect(verdict({ market: 'over_under', line: 2.5, over: 1.5, under: 1.8 })).toBe(
      'suspicious: implied_total_out_of_bounds',
    );
    expect(verdict({ market: 'asian_handicap', line: -0.25, home: 1.9, away: 1.95 })).toBe('plausible');
  });

  it('judges a two-way market by bounds of its own', () => {
    const bounds = { ...impliedTotalBounds, over_under: { least: 0.99, most: 1.1 } };
    const judged = (fields: Partial<CollectedQuote>) => checkQuote(quote(fields), bounds).kind;
    expect(judged({ market: 'over_under', line: 2.5, over: 1.75, under: 1.8 })).toBe('suspicious');
    expect(judged({ market: 'asian_handicap', line: -0.5, home: 1.75, away: 1.8 })).toBe('plausible');
    expect(judged({ home: 2, draw: 3.2, away: 3.2 })).toBe('plausible');
  });

  it('refuses what odds cannot hold: a price or a line beyond its column, a total without its line', () => {
    expect(verdict({ home: 1e7, draw: 2, away: 3 })).toBe('refused: price_not_storable');
    expect(verdict({ home: Infinity, draw: 2, away: 3 })).toBe('refused: price_not_storable');
    expect(verdict({ market: 'over_under', over: 1.9, under: 1.9 })).toBe('refused: total_without_line');
    expect(verdict({ market: 'over_under', line: 1000, over: 1.9, under: 1.9 })).toBe(
      'refused: line_not_storable',
    );
    expect(verdict({ market: 'asian_handicap', line: Number.NaN, home: 1.9, away: 1.9 })).toBe(
      'refused: line_not_storable',
    );
  });

  it('exempts maxima from the implied total, and averages not', () => {
    const generous = { home: 3.2, draw: 3.6, away: 3.6, kind: 'aggregate' } as const;
    expect(verdict({ ...generous, bookmaker: 'market_maximum' })).toBe('plausible');
    expect(verdict({ ...generous, bookmaker: 'market_average' })).toBe(
      'suspicious: implied_total_out_of_bounds',
    );
    expect(verdict({ ...generous, bookmaker: 'market_maximum', away: 2000 })).toBe(
      'suspicious: price_above_limit',
    );
  });

  it('does not judge the total of a quote with a blank leg', () => {
    expect(verdict({ draw: 3.4, away: 3.6 })).toBe('plausible');
  });

  it('refuses a handicap without its line and marks one that is not a quarter', () => {
    expect(verdict({ market: 'asian_handicap', home: 1.9, away: 1.95 })).toBe(
      'refused: handicap_without_line',
    );
    expect(verdict({ market: 'asian_handicap', line: -0.2, home: 1.9, away: 1.95 })).toBe(
      'suspicious: line_not_a_quarter',
    );
  });

  it('judges anything without throwing, and lets no price at or below the floor pass', () => {
    const price = fc.option(fc.double());
    fc.assert(
      fc.property(
        fc.record({
          market: fc.constantFrom('1x2' as const, 'over_under' as const, 'asian_handicap' as const),
          line: fc.option(fc.double()),
          home: price,
          draw: price,
          away: price,
          over: price,
          under: price,
        }),
        (fields) => {
          if (checkQuote(quote(fields)).kind === 'refused') return;
          const legs = {
            '1x2': ['home', 'draw', 'away'],
            over_under: ['over', 'under'],
            asian_handicap: ['home', 'away'],
          } as const;
          for (const leg of legs[fields.market]) {
            const value = fields[leg];
            if (value !== null) expect(value).toBeGreaterThan(priceFloor);
          }
        },
      ),
    );
  });
});
