import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHalfTime, holdOf } from '../../../domain/clean/check-match.js';
import { MatchStatus } from '../../../schemas/values.js';
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

  it('holds a score that cannot be read, even where nothing else speaks of a result', () => {
    const problems = [{ field: 'homeScore', text: 'x', reason: 'FTHG is not a whole number' }];
    expect(holdOf(aMatch({}), problems)?.reason).toBe(
      'The score "x" cannot be read: FTHG is not a whole number',
    );
  });

  it('holds a row whose half-time score is the letter of a result, since its cells have moved, until a person says otherwise', () => {
    const score = aMatch({ homeScore: 2, awayScore: 1, statedResult: 'H' });
    const at = (text: string) => [{ field: 'awayHalfTimeScore', text, reason: 'HTAG is not a whole number' }];
    expect(holdOf(score, at('D'))?.reason).toBe(
      'The half-time score is "D", which is a result: the cells of the row look moved',
    );
    expect(holdOf(score, at('D'), new Set(['held/awayHalfTimeScore']))).toBeUndefined();
    expect(holdOf(score, at('?'))).toBeUndefined();
  });

  it('holds a status that its score contradicts, and a match that is completed without one', () => {
    expect(hold({ status: 'completed' })).toBe('The match is stated to be completed, without a score');
    expect(hold({ status: 'postponed', homeScore: 1, awayScore: 0 })).toBe(
      'The match is stated to be postponed, with the score 1-0',
    );
    expect(hold({ status: 'live' })).toBeUndefined();
    expect(hold({ status: 'abandoned', homeScore: 1, awayScore: 0 })).toBeUndefined();
  });

  it('holds a status that cannot be read', () => {
    const problems = [{ field: 'status', text: 'FT?', reason: 'is not a status' }];
    expect(holdOf(aMatch({}), problems)?.reason).toBe('The status "FT?" cannot be read: is not a status');
  });

  it('lets pass what somebody has accepted by name, and nothing that could not be stored', () => {
    const contradiction = aMatch({ homeScore: 4, awayScore: 0, statedResult: 'D' });
    expect(holdOf(contradiction, [], new Set(['held/statedResult']))).toBeUndefined();
    expect(holdOf(contradiction, [], new Set(['held/homeScore', 'other/statedResult']))?.field).toBe(
      'statedResult',
    );
    for (const fields of [{ homeScore: 100, awayScore: 0 }, { homeScore: 1 }]) {
      const everything = new Set(['held/homeScore', 'held/awayScore', 'held/statedResult', 'held/status']);
      expect(holdOf(aMatch(fields), [], everything)).toBeDefined();
    }
  });

  it('never throws, and lets only scores of 0 to 99 pass, whatever is accepted', () => {
    const score = fc.option(fc.oneof(fc.integer(), fc.double()));
    fc.assert(
      fc.property(
        score,
        score,
        fc.option(fc.constantFrom('H', 'D', 'A')),
        fc.option(fc.constantFrom(...MatchStatus.options)),
        fc.subarray(['held/homeScore', 'held/awayScore', 'held/statedResult', 'held/status']),
        (homeScore, awayScore, statedResult, status, accepted) => {
          const match = aMatch({ homeScore, awayScore, statedResult, status });
          if (holdOf(match, [], new Set(accepted)) !== undefined || homeScore === null) return;
          expect(homeScore >= 0 && homeScore <= 99 && Number.isInteger(homeScore) && awayScore !== null).toBe(
            true,
          );
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
