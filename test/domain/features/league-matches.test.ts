import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LeagueMatches, type LeagueMatch } from '../../../domain/features/league-matches.js';

const step = fc.record({
  matchId: fc.nat(600),
  time: fc.nat(200),
  homeScore: fc.nat(3),
  awayScore: fc.nat(3),
  withdrawn: fc.constantFrom(false, false, false, true),
});

it('gives the rates of the last 380 matches before the instant, whatever was moved, corrected or withdrawn', () => {
  const steps = fc.array(step, { minLength: 40, maxLength: 700, size: 'max' });
  fc.assert(
    fc.property(steps, fc.nat(210), fc.nat(600), (events, before, describedId) => {
      const league = new LeagueMatches();
      const known = new Map<number, LeagueMatch>();
      for (const { matchId, withdrawn, ...result } of events) {
        league.learn(matchId, withdrawn ? null : { matchId, ...result });
        if (withdrawn) known.delete(matchId);
        else known.set(matchId, { matchId, ...result });
      }
      const earlier = [...known.values()]
        .filter(({ matchId, time }) => time < before && matchId !== describedId)
        .sort((a, b) => b.time - a.time);
      const last = earlier.filter(({ time }, index) => index < 380 || time === earlier[379]?.time);
      const share = (holds: (match: LeagueMatch) => boolean) => last.filter(holds).length / last.length;
      expect(league.rates(before, describedId)).toEqual(
        last.length < 50
          ? undefined
          : {
              homeWinRate: share(({ homeScore, awayScore }) => homeScore > awayScore),
              drawRate: share(({ homeScore, awayScore }) => homeScore === awayScore),
              goalsPerGame:
                last.reduce((sum, { homeScore, awayScore }) => sum + homeScore + awayScore, 0) / last.length,
            },
      );
    }),
    { numRuns: 60 },
  );
});

const league = (matches: number): LeagueMatches => {
  const made = new LeagueMatches();
  for (let id = 1; id <= matches; id += 1) {
    made.learn(id, { matchId: id, time: id, homeScore: id > 20 ? 1 : 0, awayScore: 0 });
  }
  return made;
};

it('says nothing below fifty matches', () => {
  expect(league(49).rates(1000, 0)).toBeUndefined();
  expect(league(50).rates(1000, 0)).toEqual({ homeWinRate: 0.6, drawRate: 0.4, goalsPerGame: 0.6 });
});

it('forgets what lies more than 380 matches back', () => {
  expect(league(400).rates(1000, 0)).toEqual({ homeWinRate: 1, drawRate: 0, goalsPerGame: 1 });
});

it('counts every match of the kick-off at which the last 380 begin, whatever their ids', () => {
  const tied = (idOf: (nth: number) => number): LeagueMatches => {
    const made = new LeagueMatches();
    for (let nth = 1; nth <= 400; nth += 1) {
      const time = nth <= 40 ? 1 : nth;
      made.learn(idOf(nth), { matchId: idOf(nth), time, homeScore: nth <= 20 ? 2 : 0, awayScore: 0 });
    }
    return made;
  };
  const ascending = tied((nth) => nth).rates(1000, 0);
  expect(ascending).toEqual({ homeWinRate: 20 / 400, drawRate: 380 / 400, goalsPerGame: 40 / 400 });
  expect(tied((nth) => 401 - nth).rates(1000, 0)).toEqual(ascending);
});

it('leaves out the match described, and what kicks off at the instant itself', () => {
  expect(league(51).rates(1000, 51)?.homeWinRate).toBe(0.6);
  expect(league(51).rates(51, 0)?.homeWinRate).toBe(0.6);
});
