import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHalfTime, holdOf } from '../../../domain/clean/check-match.js';
import { CalendarDate } from '../../../schemas/values.js';
import { tidyName, tidyReferee } from '../../../domain/clean/tidy-names.js';
import { aMatch } from './a-match.js';

const hold = (fields: Parameters<typeof aMatch>[0]) => holdOf(aMatch(fields), [])?.reason;

describe('what holds a match', () => {
  it('believes a score that agrees with the stated result, and a fixture without either', () => {
    expect(hold({ homeScore: 2, awayScore: 1, statedResult: 'H' })).toBeUndefined();
    expect(hold({ homeScore: 2, awayScore: 1 })).toBeUndefined();
    expect(hold({})).toBeUndefined();
  });

  it('holds a stated result that contradicts the score', () => {
    expect(hold({ homeScore: 4, awayScore: 0, statedResult: 'D' })).toBe(
      'The stated result D contradicts the score 4-0, which is H',
    );
  });

  it('holds a score outside 0 to 99, half a score, and a result without a score', () => {
    expect(hold({ homeScore: 100, awayScore: 0 })).toBe('The score 100 is outside 0 to 99');
    expect(hold({ homeScore: -1, awayScore: 0 })).toBe('The score -1 is outside 0 to 99');
    expect(hold({ homeScore: 99, awayScore: 0 })).toBeUndefined();
    expect(hold({ homeScore: 1 })).toBe('Only one side has a score');
    expect(hold({ statedResult: 'A' })).toBe('The result A is stated without a score');
  });

  it('holds a match of 1990-01-01 or before, which no table takes', () => {
    expect(hold({ date: CalendarDate.parse('1990-01-01') })).toBe(
      'The day 1990-01-01 is not after 1990-01-01',
    );
    expect(hold({ date: CalendarDate.parse('1990-01-02') })).toBeUndefined();
  });

  it('holds a score that cannot be read, even where nothing else speaks of a result', () => {
    const problems = [{ field: 'homeScore', text: 'x', reason: 'FTHG is not a whole number' }];
    expect(holdOf(aMatch({}), problems)?.reason).toBe(
      'The score "x" cannot be read: FTHG is not a whole number',
    );
  });

  it('never throws, and lets only scores of 0 to 99 pass', () => {
    const score = fc.option(fc.oneof(fc.integer(), fc.double()));
    fc.assert(
      fc.property(
        score,
        score,
        fc.option(fc.constantFrom('H', 'D', 'A')),
        (homeScore, awayScore, statedResult) => {
          if (hold({ homeScore, awayScore, statedResult }) !== undefined || homeScore === null) return;
          expect(homeScore >= 0 && homeScore <= 99 && awayScore !== null).toBe(true);
        },
      ),
    );
  });
});

describe('half-time scores', () => {
  const halfTime = (fields: Parameters<typeof aMatch>[0]) => checkHalfTime(aMatch(fields));

  it('stands where neither side had more than at the end', () => {
    const fields = { homeScore: 2, awayScore: 1, homeHalfTimeScore: 2, awayHalfTimeScore: 0 };
    expect(halfTime(fields)).toEqual({ halfTime: { home: 2, away: 0 } });
  });

  it('is left out, with a reason, where it cannot be one', () => {
    const above = { homeScore: 1, awayScore: 1, homeHalfTimeScore: 2, awayHalfTimeScore: 0 };
    expect(halfTime(above)).toEqual({
      halfTime: { home: null, away: null },
      doubt: 'The half-time score 2-0 is above the score 1-1',
    });
    expect(halfTime({ homeHalfTimeScore: 1 }).doubt).toBe('The half-time score 1-blank is half a score');
  });
});

describe('names', () => {
  it('lose stray blanks and keep their letters', () => {
    expect(tidyName('\u00a0U  Rennie ')).toBe('U Rennie');
    expect(tidyReferee(' . ')).toBeNull();
    expect(tidyReferee('J\u00f6rg Kessler ')).toBe('J\u00f6rg Kessler');
  });

  it('are tidy after one tidying', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => tidyName(tidyName(text)) === tidyName(text)),
    );
  });
});
