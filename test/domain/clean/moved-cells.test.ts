import { describe, expect, it } from 'vitest';
import { holdOfMovedCells } from '../../../domain/clean/moved-cells.js';
import { cleanVersion } from '../../../domain/clean/sighting.js';
import { aMatch, aQuote } from './a-match.js';

const handicap = { market: 'asian_handicap', home: 1.9, draw: null, away: 1.95 } as const;
const withoutDraw = aQuote({ draw: null });
const lineIsPrice = aQuote({ ...handicap, line: 1.93, bookmaker: 'bwin' });
const dearTotal = aQuote({
  market: 'over_under',
  line: 2.5,
  home: null,
  draw: null,
  away: null,
  over: 1.3,
  under: 1.4,
});

describe('a row whose cells have moved', () => {
  it('is one in which quotes of two places are none', () => {
    expect(holdOfMovedCells([withoutDraw, lineIsPrice, aQuote({ phase: 'closing' })])?.reason).toBe(
      'bet365 1x2 prematch: not every outcome has a price; bwin asian_handicap prematch: The handicap 1.93 is not a multiple of a quarter: the cells of the row look moved',
    );
    expect(holdOfMovedCells([dearTotal, lineIsPrice, withoutDraw])?.reason).toContain('and 1 more');
    expect(holdOfMovedCells([aQuote({ home: 0.4 }), lineIsPrice])).toBeDefined();
  });

  it('is none where one quote is wrong, or several that are made of the same, or where all make one team a sure winner', () => {
    expect(holdOfMovedCells([withoutDraw, aQuote({ bookmaker: 'bwin' })])).toBeUndefined();
    expect(
      holdOfMovedCells([aQuote({ home: 1.01 }), aQuote({ bookmaker: 'bwin', home: 1.01 })]),
    ).toBeUndefined();
    const average = { ...handicap, line: 0.3, kind: 'aggregate' } as const;
    expect(
      holdOfMovedCells([
        aQuote({ ...average, bookmaker: 'market_average' }),
        aQuote({ ...average, bookmaker: 'market_maximum' }),
      ]),
    ).toBeUndefined();
  });

  it('is none where margins alone are unusual: bookmakers have had such', () => {
    expect(holdOfMovedCells([dearTotal, aQuote({ home: 1.2, draw: 1.3, away: 1.4 })])).toBeUndefined();
    expect(holdOfMovedCells([dearTotal, lineIsPrice])).toBeDefined();
  });

  it('waits until a person says that it stands', () => {
    const version = { rawId: 1, match: aMatch({ quotes: [withoutDraw, lineIsPrice] }), problems: [] };
    expect(cleanVersion(version, 'Europe/London').hold?.field).toBe('quotes');
    expect(cleanVersion(version, 'Europe/London', new Set(['held/quotes'])).hold).toBeUndefined();
  });
});
