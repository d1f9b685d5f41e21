import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goalsMade, strengthRules, type MadeGoals } from '../../../domain/features/expected-goals-rules.js';
import { StrengthTable } from '../../../domain/features/strength-table.js';
import type { RatedMatch } from '../../../domain/features/rating-table.js';

const match = (
  matchId: number,
  homeTeamId: number,
  awayTeamId: number,
  rest: Partial<RatedMatch> = {},
): RatedMatch => ({ matchId, homeTeamId, awayTeamId, leagueId: 1, level: 1, seasonStart: 2020, ...rest });

const goals = (home: number, away: number): MadeGoals => ({ home, away, noise: 1 });
const made = fc.record({
  home: fc.float({ min: 0, max: 6, noNaN: true }),
  away: fc.float({ min: 0, max: 6, noNaN: true }),
  noise: fc.constantFrom(0.62, 2),
});
const next = match(99, 1, 2);

describe('attack and defence', () => {
  it('expect of teams that nobody has seen what a league is taken for, the home side more', () => {
    const { home, away } = new StrengthTable().expected(next);
    expect(home).toBeCloseTo(Math.exp(strengthRules.level + strengthRules.advantage / 2), 10);
    expect(away).toBeCloseTo(Math.exp(strengthRules.level - strengthRules.advantage / 2), 10);
  });

  it('expect more of who made more than was expected, and of whoever plays those that let it happen', () => {
    const table = new StrengthTable();
    const before = { again: table.expected(next), others: table.expected(match(98, 3, 2)) };
    table.learn(match(1, 1, 2), goals(5, 0));
    expect(table.expected(next).home).toBeGreaterThan(before.again.home);
    expect(table.expected(next).away).toBeLessThan(before.again.away);
    expect(table.expected(match(98, 3, 2)).home).toBeGreaterThan(before.others.home);
  });

  it('are moved less by the same surprise the more matches they have been seen in', () => {
    const moved = (played: number): number => {
      const table = new StrengthTable();
      for (let id = 1; id <= played; id += 1)
        table.learn(match(id, 1, 2), { ...table.expected(match(id, 1, 2)), noise: 1 });
      const before = table.expected(next).home;
      table.learn(match(50, 1, 2), goals(before + 1, table.expected(next).away));
      return table.expected(next).home / before;
    };
    expect(moved(20)).toBeLessThan(moved(5));
    expect(moved(5)).toBeLessThan(moved(0));
    expect(moved(20)).toBeGreaterThan(1);
  });

  it('give back what a match moved when its goals are withdrawn, and keep what others moved', () => {
    fc.assert(
      fc.property(made, made, (first, second) => {
        const [both, one] = [new StrengthTable(), new StrengthTable()];
        both.learn(match(1, 3, 4, { leagueId: 2 }), second);
        one.learn(match(1, 3, 4, { leagueId: 2 }), second);
        const before = both.expected(next);
        both.learn(match(2, 1, 2), first);
        both.learn(match(2, 1, 2), null);
        expect(both.expected(next).home).toBeCloseTo(before.home, 10);
        expect(both.expected(next).away).toBeCloseTo(before.away, 10);
        const other = match(97, 3, 4, { leagueId: 2 });
        expect(both.expected(other)).toEqual(one.expected(other));
      }),
    );
  });

  it('stand after a correction as if the corrected goals had been told at first', () => {
    fc.assert(
      fc.property(made, made, (wrong, right) => {
        const [corrected, told] = [new StrengthTable(), new StrengthTable()];
        corrected.learn(match(1, 1, 2), { ...wrong, noise: right.noise });
        corrected.learn(match(1, 1, 2), right);
        told.learn(match(1, 1, 2), right);
        expect(corrected.expected(next).home).toBeCloseTo(told.expected(next).home, 8);
        expect(corrected.expected(next).away).toBeCloseTo(told.expected(next).away, 8);
      }),
    );
  });

  it('do not see the goals of the match that is described', () => {
    fc.assert(
      fc.property(made, (own) => {
        const table = new StrengthTable();
        const before = table.expected(match(1, 1, 2));
        table.learn(match(1, 1, 2), own);
        expect(table.expected(match(1, 1, 2)).home).toBeCloseTo(before.home, 8);
        expect(table.expected(match(1, 1, 2)).away).toBeCloseTo(before.away, 8);
      }),
    );
  });

  it('begin lower with a team that has come up than with the mean of the division', () => {
    const table = new StrengthTable();
    table.learn(match(1, 1, 2), goals(1, 1));
    const upNow = table.expected(match(2, 7, 8, { seasonStart: 2021 }));
    const mean = new StrengthTable().expected(match(2, 7, 8));
    const newcomers = table.expected(match(2, 7, 1, { seasonStart: 2021 }));
    expect(newcomers.home).toBeLessThan(mean.home);
    // Two of them are alike: what one attacks less, the other defends less.
    expect(upNow.home).toBeCloseTo(mean.home, 1);
  });
});

describe('what counts are worth in goals', () => {
  const counts = { goals: 1, shots: 12, shotsOnTarget: 5, corners: 6 };

  it('is near to the goals themselves of a usual match, and more with every shot', () => {
    const usual = goalsMade({ ...counts, goals: 1.4 }, counts);
    expect(usual?.home).toBeGreaterThan(1.2);
    expect(usual?.home).toBeLessThan(1.8);
    expect(goalsMade({ ...counts, shotsOnTarget: 6 }, counts)?.home).toBeGreaterThan(
      goalsMade(counts, counts)?.home ?? Infinity,
    );
  });

  it('is the goals where one count is missing, trusted less', () => {
    expect(goalsMade(counts, { ...counts, corners: Number.NaN })).toEqual({ home: 1, away: 1, noise: 2 });
  });

  it('is nothing without a score', () => {
    expect(goalsMade({ ...counts, goals: Number.NaN }, counts)).toBeNull();
  });
});
