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
      const last = [...known.values()]
        .filter(({ matchId, time }) => time < before && matchId !== describedId)
        .sort((a, b) => b.time - a.time || b.matchId - a.matchId)
        .slice(0, 380);
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

it('leaves out the match described, and what kicks off at the instant itself', () => {
  expect(league(51).rates(1000, 51)?.homeWinRate).toBe(0.6);
  expect(league(51).rates(51, 0)?.homeWinRate).toBe(0.6);
});
