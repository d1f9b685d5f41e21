import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptQuotes, standardQuote } from '../../../domain/clean/clean-quote.js';
import type { Finding } from '../../../domain/clean/history.js';
import { priceFloor } from '../../../schemas/price-limits.js';
import {
  highestPrice,
  impliedProbabilities,
  standardPrice,
  threeDecimals,
} from '../../../domain/odds/standard-price.js';
import { CollectedQuote } from '../../../schemas/records/collected-match.js';
import { MarketType, PricePhase, Price, QuoteKind } from '../../../schemas/values.js';
import { aMatch, aQuote } from './a-match.js';
import { anything, oddNumber, oddText } from './anything.js';

const accept = (quotes: readonly CollectedQuote[], accepted: readonly string[] = []) => {
  const findings: Finding[] = [];
  const version = { rawId: 1, match: aMatch({ quotes: [...quotes] }), problems: [] };
  return { quotes: acceptQuotes(version, findings, new Set(accepted)), findings };
};

describe('a price', () => {
  it.each([
    ['2.10', 2.1],
    ['2,105', 2.105],
    ['3.33333', 3.333],
    [1.0005, 1.001],
    ['', null],
    [null, null],
  ])('%o is %o', (value, price) => {
    expect(standardPrice(value)).toEqual({ value: price });
  });

  it.each(['evens', '0', '0.0004', -2, Number.NaN, Infinity, '6/4', '1e3', {}])('%o is none', (value) => {
    expect(standardPrice(value)).toHaveProperty('reason');
  });

  it('has three places after one standardisation, and is a price or has a reason', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const once = standardPrice(value);
        if ('reason' in once || once.value === null) return;
        expect(standardPrice(once.value)).toEqual(once);
        Price.parse(once.value);
        expect(once.value).toBeLessThanOrEqual(highestPrice);
        expect(Number(once.value.toFixed(3))).toBe(once.value);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(oddNumber, (price) => Object.is(threeDecimals(threeDecimals(price)), threeDecimals(price))),
    );
  });
});

describe('implied probabilities', () => {
  it('are one over each price; their sum is 1 plus the margin', () => {
    expect(impliedProbabilities([2, 4, 4])).toEqual({ probabilities: [0.5, 0.25, 0.25], total: 1 });
    expect(impliedProbabilities([2, null, 4])).toBeUndefined();
  });

  it('are numbers above 0, or none, whatever the prices', () => {
    fc.assert(
      fc.property(fc.array(fc.option(oddNumber), { maxLength: 3 }), (prices) => {
        for (const chance of impliedProbabilities(prices)?.probabilities ?? [])
          expect(chance).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('a quote', () => {
  it('gets our name of the bookmaker, three places, and loses a price of another market', () => {
    expect(standardQuote(aQuote({ bookmaker: 'William Hill', home: 2.10449, over: 1.9, line: 2.5 }))).toEqual(
      {
        value: aQuote({ bookmaker: 'william_hill', home: 2.104 }),
      },
    );
  });

  it('that is standard already is the very same object', () => {
    const quote = aQuote();
    expect(standardQuote(quote)).toEqual({ value: quote });
    expect(
      'value' in standardQuote(quote) && Object.is(Reflect.get(standardQuote(quote), 'value'), quote),
    ).toBe(true);
  });

  it('that repeats a quote of the same match is refused: one bookmaker under two spellings has one price', () => {
    const { quotes, findings } = accept([aQuote(), aQuote({ bookmaker: 'Bet 365', home: 2.2 })]);
    expect(quotes.map(({ quote }) => quote.home)).toEqual([2.1]);
    expect(findings.map(({ errorType, data }) => [errorType, data['home']])).toEqual([
      ['quote_stated_twice', 2.2],
    ]);
  });

  it('that is suspicious asks for a review, and is not once somebody has accepted it', () => {
    const odd = aQuote({ home: 3.9 });
    const { quotes, findings } = accept([odd]);
    expect(quotes).toEqual([{ quote: odd, standing: 'doubted' }]);
    expect(findings).toMatchObject([
      { errorType: 'implied_total_out_of_bounds', requiresReview: true, data: odd },
    ]);
    const cleared = accept([odd], ['implied_total_out_of_bounds/bet365 1x2 prematch']);
    expect(cleared).toEqual({ quotes: [{ quote: odd, standing: 'released' }], findings: [] });
  });

  it('is told apart from one on another line: each has its own finding, and each is accepted by itself', () => {
    const over = (line: number) =>
      aQuote({ market: 'over_under', line, home: null, draw: null, away: null, over: 3.9, under: 3.9 });
    const { findings } = accept([over(2.5), over(3.5)]);
    expect(findings.map(({ field }) => field)).toEqual([
      'bet365 over_under prematch 2.5',
      'bet365 over_under prematch 3.5',
    ]);
    const { quotes } = accept(
      [over(2.5), over(3.5)],
      ['implied_total_out_of_bounds/bet365 over_under prematch 2.5'],
    );
    expect(quotes.map(({ standing }) => standing)).toEqual(['released', 'doubted']);
  });

  it('of a bookmaker with an endless name is refused by a finding that the log can hold', () => {
    const { findings } = accept([aQuote({ bookmaker: 'b'.repeat(5_000) })]);
    expect(findings.map(({ errorType, field }) => [errorType, field])).toEqual([
      ['unknown_bookmaker', `${'b'.repeat(100)} 1x2 prematch`],
    ]);
  });

  it('is standard after one standardisation, and enters odds only as odds can hold it, else with a finding', () => {
    const price = fc.option(fc.oneof(oddNumber, fc.double({ min: 1, max: 30, noNaN: true })));
    const quote = fc.record({
      bookmaker: fc.oneof(fc.constantFrom('bet365', 'Bet 365', 'bwin', 'market_maximum'), oddText),
      kind: fc.constantFrom(...QuoteKind.options),
      phase: fc.constantFrom(...PricePhase.options),
      market: fc.constantFrom(...MarketType.options),
      line: fc.option(fc.oneof(oddNumber, fc.constantFrom(2.5, -0.25))),
      home: price,
      draw: price,
      away: price,
      over: price,
      under: price,
    });
    fc.assert(
      fc.property(fc.array(quote, { maxLength: 6 }), (given) => {
        for (const one of given) {
          const once = standardQuote(one);
          if ('value' in once) expect(standardQuote(once.value)).toEqual(once);
        }
        const { quotes, findings } = accept(given);
        const names = quotes.map(({ quote: { bookmaker, phase, market, line } }) =>
          [bookmaker, phase, market, line].join('|'),
        );
        expect(new Set(names).size).toBe(names.length);
        for (const one of quotes) {
          const stored = CollectedQuote.parse(one.quote);
          for (const field of ['home', 'draw', 'away', 'over', 'under'] as const) {
            const value = stored[field];
            if (value !== null) expect(value > priceFloor && value <= highestPrice).toBe(true);
          }
          expect(Math.abs(stored.line ?? 0)).toBeLessThanOrEqual(999.99);
          expect(stored.market === '1x2' || stored.line !== null).toBe(true);
        }
        const blank = given.filter((one) => {
          const standard = standardQuote(one);
          return (
            'value' in standard &&
            [
              standard.value.home,
              standard.value.draw,
              standard.value.away,
              standard.value.over,
              standard.value.under,
            ].every((value) => value === null)
          );
        });
        const plain = quotes.filter(({ standing }) => standing !== 'doubted').length;
        expect(plain + findings.length + blank.length).toBe(given.length);
      }),
      { numRuns: 2000 },
    );
  });
});
