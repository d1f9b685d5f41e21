import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestBookmaker, standardBookmaker } from '../../../domain/clean/bookmaker-names.js';
import { standardMarket } from '../../../domain/clean/market-names.js';
import type { Reading } from '../../../domain/clean/reading.js';
import { standardStatus } from '../../../domain/clean/status-names.js';
import {
  longestReferee,
  longestVenue,
  tidyName,
  tidyReferee,
  tidyVenue,
} from '../../../domain/clean/tidy-names.js';
import { bookmakers } from '../../../schemas/bookmakers.js';
import { MarketType, MatchStatus } from '../../../schemas/values.js';
import { anything, oddText } from './anything.js';

const valueOf = <T>(reading: Reading<T>): T | string => ('value' in reading ? reading.value : reading.reason);

describe('a status', () => {
  it.each([
    ['NS', 'scheduled'],
    ['Not Started', 'scheduled'],
    ['TIMED', 'scheduled'],
    ['IN_PLAY', 'live'],
    ['1H', 'live'],
    ["90+3'", 'live'],
    ['FT', 'completed'],
    ['Match Finished', 'completed'],
    ['AET', 'completed'],
    ['awarded', 'completed'],
    ['PST', 'postponed'],
    ['P-P', 'postponed'],
    ['CANCELED', 'cancelled'],
    ['Abandoned', 'abandoned'],
    ['SUSPENDED', 'abandoned'],
  ])('%s stands for %s', (spelling, status) => {
    expect(standardStatus(spelling)).toEqual({ value: status });
  });

  it('that nobody knows is a reason, not a guess', () => {
    expect(standardStatus('kicked off?')).toEqual({ reason: '"kicked off?" is not a status that we know' });
    expect(standardStatus(7)).toEqual({ reason: '7 is not a status' });
  });

  it('of ours stands for itself', () => {
    for (const status of MatchStatus.options) expect(standardStatus(status)).toEqual({ value: status });
  });

  it('is one of ours or has a reason, whatever is given', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const read = standardStatus(value);
        if ('value' in read) MatchStatus.parse(read.value);
        else expect(read.reason).not.toBe('');
      }),
    );
  });
});

describe('the name of a bookmaker', () => {
  it.each([
    ['Bet365', 'bet365'],
    ['BET 365', 'bet365'],
    ['William Hill', 'william_hill'],
    ['1xBet', 'one_x_bet'],
    ['Betfair Exchange', 'betfair_exchange'],
    ['Unibet (UK)', 'unibet_uk'],
    ['Bétclic', 'betclic'],
  ])('%s is %s', (spelling, name) => {
    expect(standardBookmaker(spelling)).toEqual({ value: name });
  });

  it('of ours stands for itself, and two spellings never stand for two of them', () => {
    const spellings = new Map<string, string>();
    for (const [name, bookmaker] of Object.entries(bookmakers)) {
      expect(standardBookmaker(name)).toEqual({ value: name });
      for (const spelling of bookmaker.spellings) {
        expect(spellings.get(spelling.toLowerCase()) ?? name).toBe(name);
        spellings.set(spelling.toLowerCase(), name);
        expect(standardBookmaker(spelling)).toEqual({ value: name });
      }
    }
  });

  it('is standard after one standardisation, fits its column, or has a reason, whatever is given', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const once = standardBookmaker(value);
        if ('reason' in once) return;
        expect(standardBookmaker(once.value)).toEqual(once);
        expect(once.value.length).toBeLessThanOrEqual(longestBookmaker);
        expect(once.value).toMatch(/^[\p{L}\p{N}]+(_[\p{L}\p{N}]+)*$/u);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the name of a market', () => {
  it.each([
    ['Match Winner', { market: '1x2', line: null }],
    ['h2h', { market: '1x2', line: null }],
    ['Over/Under 2.5', { market: 'over_under', line: 2.5 }],
    ['Total Goals (3,5)', { market: 'over_under', line: 3.5 }],
    ['totals', { market: 'over_under', line: null }],
    ['AH -0.25', { market: 'asian_handicap', line: -0.25 }],
    ['Asian Handicap +1', { market: 'asian_handicap', line: 1 }],
  ])('%s is %o', (spelling, market) => {
    expect(standardMarket(spelling)).toEqual({ value: market });
  });

  it('with a line for a market that has none, or of another market, is a reason', () => {
    expect(valueOf(standardMarket('1x2 +1'))).toBe('"1x2 +1" is not a market that we know');
    expect(valueOf(standardMarket('Both Teams to Score'))).toBe(
      '"Both Teams to Score" is not a market that we know',
    );
  });

  it('is one of ours, standing for itself, or has a reason, whatever is given', () => {
    for (const market of MarketType.options)
      expect(standardMarket(market)).toEqual({ value: { market, line: null } });
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          fc.tuple(fc.constantFrom('AH ', 'ou', 'totals '), oddText).map((parts) => parts.join('')),
        ),
        (value) => {
          const read = standardMarket(value);
          if ('reason' in read) return;
          MarketType.parse(read.value.market);
          expect(Number.isNaN(read.value.line ?? 0)).toBe(false);
        },
      ),
    );
  });
});

describe('the names of people and grounds', () => {
  it('lose stray blanks and control characters, and keep their letters', () => {
    expect(tidyName('\u00a0U  Rennie\u0000')).toBe('U Rennie');
    expect(tidyReferee(' . ')).toEqual({ value: null });
    expect(tidyReferee(null)).toEqual({ value: null });
    expect(tidyReferee('J\u00f6rg Kessler ')).toEqual({ value: 'J\u00f6rg Kessler' });
    expect(tidyVenue(' Old\tTrafford')).toEqual({ value: 'Old Trafford' });
  });

  it('that are too long for one are a reason', () => {
    expect(valueOf(tidyReferee('x'.repeat(101)))).toMatch(/is too long for a name$/);
    expect(tidyVenue('x'.repeat(101))).toEqual({ value: 'x'.repeat(101) });
  });

  it('are tidy after one tidying, whatever the text', () => {
    fc.assert(
      fc.property(oddText, (text) => {
        expect(tidyName(tidyName(text))).toBe(tidyName(text));
        for (const [tidy, longest] of [
          [tidyReferee, longestReferee],
          [tidyVenue, longestVenue],
        ] as const) {
          const name = tidy(text);
          if ('reason' in name || name.value === null) continue;
          expect(tidy(name.value)).toEqual(name);
          expect(name.value.length).toBeLessThanOrEqual(longest);
          // What Postgres can hold: no NUL, no half of a pair.
          expect(name.value).not.toMatch(/[\p{Cc}\p{Surrogate}]/u);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
