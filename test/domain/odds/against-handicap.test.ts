import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotesAgainstHandicap } from '../../../domain/odds/against-handicap.js';
import type { CollectedQuote } from '../../../schemas/records/collected-match.js';

const quote = (of: Partial<CollectedQuote>): CollectedQuote => ({
  ...{ bookmaker: 'bet365', kind: 'book', market: '1x2', phase: 'prematch', line: null },
  ...{ home: null, draw: null, away: null, over: null, under: null },
  ...of,
});
const result = (home: number, away: number, phase: CollectedQuote['phase'] = 'prematch'): CollectedQuote =>
  quote({ home, draw: 3.4, away, phase });
const handicap = (line: number, home = 1.95, away = 1.95): CollectedQuote =>
  quote({ market: 'asian_handicap', line, home, away });

describe('the 1x2 prices and the handicap of a match', () => {
  it.each<[string, readonly CollectedQuote[]]>([
    ['the favourite gets a start', [result(1.6, 6), handicap(0.75)]],
    ['the outsider gives one', [result(5, 1.7), handicap(-0.75)]],
    ['level, the favourite by one is the outsider by the other', [result(3.2, 2.4), handicap(0, 1.7, 2.2)]],
  ])('contradict each other: %s', (_, quotes) => {
    expect(quotesAgainstHandicap(quotes)).toEqual(quotes);
  });

  it.each<[string, readonly CollectedQuote[]]>([
    ['the favourite gives the start', [result(1.6, 6), handicap(-0.75)]],
    ['the sides are as good as even', [result(2.7, 2.6), handicap(0.25)]],
    ['handicaps are on both sides of it', [result(1.6, 6), handicap(0.75), handicap(-0.75)]],
    ['nobody gives a start and its prices are even', [result(1.6, 6), handicap(0)]],
    ['there is no handicap of its phase', [result(1.6, 6, 'closing'), handicap(0.75)]],
    ['there are no 1x2 prices', [handicap(0.75)]],
  ])('do not: %s', (_, quotes) => {
    expect(quotesAgainstHandicap(quotes)).toEqual([]);
  });

  it('contradict each other with exchanged sides exactly where they agree with their own', () => {
    const price = fc.double({ min: 1.05, max: 20, noNaN: true });
    fc.assert(
      fc.property(price, price, fc.integer({ min: -12, max: 12 }), (home, away, quarters) => {
        fc.pre(Math.abs(Math.log(away / home)) > 0.2 && quarters !== 0);
        const line = handicap(quarters / 4);
        const [own] = quotesAgainstHandicap([result(home, away), line]);
        const [exchanged] = quotesAgainstHandicap([result(away, home), line]);
        expect([own, exchanged].filter((one) => one !== undefined)).toHaveLength(1);
      }),
    );
  });
});
