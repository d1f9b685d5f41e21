import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eloRules, expectedShare, goalRules, shotRules } from '../../../domain/features/rating-rules.js';
import { RatingTable, type RatedMatch } from '../../../domain/features/rating-table.js';

const match = (
  matchId: number,
  homeTeamId: number,
  awayTeamId: number,
  rest: Partial<RatedMatch> = {},
): RatedMatch => ({ matchId, homeTeamId, awayTeamId, leagueId: 1, level: 1, seasonStart: 2020, ...rest });

/** A team's rating, read as the home team of a match that nobody has heard of. */
const ratingOf = (table: RatingTable, team: number, rest: Partial<RatedMatch> = {}): number =>
  table.ratings(match(999, team, 0, rest)).home;

const counts = fc.record({ home: fc.nat(6), away: fc.nat(6) });
const teams = 6;
const learnt = fc.record({
  match: fc.tuple(fc.nat(9), fc.integer({ min: 1, max: teams }), fc.integer({ min: 1, max: teams - 1 })),
  counts: fc.option(counts),
});

/** Ten matches with fixed pairings, learnt and corrected in any order. */
const sequence = fc.array(learnt, { maxLength: 40 }).map((steps) => {
  const pairings = new Map<number, RatedMatch>();
  return steps.map(({ match: [id, home, step], counts: score }) => {
    const away = ((home + step - 1) % teams) + 1;
    const played = pairings.get(id) ?? match(id, home, away);
    pairings.set(id, played);
    return { played, score };
  });
});

const rulesByName = { elo: eloRules, goals: goalRules, shots: shotRules };

describe.each(Object.entries(rulesByName))('a rating by %s', (_name, rules) => {
  it('only moves points between teams within a season', () => {
    fc.assert(
      fc.property(sequence, (steps) => {
        const table = new RatingTable(rules);
        for (const { played, score } of steps) table.learn(played, score);
        const sum = Array.from({ length: teams }, (_, index) => ratingOf(table, index + 1)).reduce(
          (total, rating) => total + rating,
          0,
        );
        expect(sum).toBeCloseTo(teams * rules.base, 6);
      }),
    );
  });

  it('takes back what a match moved when its counts are withdrawn, and leaves what others moved', () => {
    fc.assert(
      fc.property(counts, counts, counts, (first, second, corrected) => {
        const table = new RatingTable(rules);
        table.learn(match(1, 1, 2), first);
        const before = [1, 2, 3].map((team) => ratingOf(table, team));
        table.learn(match(2, 1, 3), second);
        const moved = [1, 2, 3].map((team, index) => ratingOf(table, team) - (before[index] ?? 0));
        table.learn(match(1, 1, 2), corrected);
        table.learn(match(1, 1, 2), null);
        [1, 2, 3].forEach((team, index) => {
          expect(ratingOf(table, team)).toBeCloseTo(rules.base + (moved[index] ?? 0), 8);
        });
      }),
    );
  });

  it('ends where the last correction alone would have led', () => {
    fc.assert(
      fc.property(fc.array(fc.option(counts), { maxLength: 5 }), counts, (versions, last) => {
        const [corrected, plain] = [new RatingTable(rules), new RatingTable(rules)];
        for (const version of versions) corrected.learn(match(1, 1, 2), version);
        corrected.learn(match(1, 1, 2), last);
        plain.learn(match(1, 1, 2), last);
        expect(ratingOf(corrected, 1)).toBeCloseTo(ratingOf(plain, 1), 8);
        expect(ratingOf(corrected, 2)).toBeCloseTo(ratingOf(plain, 2), 8);
      }),
    );
  });

  it('changes nothing when it hears the same again', () => {
    fc.assert(
      fc.property(sequence, (steps) => {
        const [once, twice] = [new RatingTable(rules), new RatingTable(rules)];
        for (const { played, score } of steps) {
          once.learn(played, score);
          twice.learn(played, score);
          twice.learn(played, score);
        }
        for (let team = 1; team <= teams; team += 1) {
          expect(ratingOf(twice, team)).toBe(ratingOf(once, team));
        }
      }),
    );
  });

  it('does not move on a match without counts', () => {
    const table = new RatingTable(rules);
    table.learn(match(1, 1, 2), null);
    expect(table.ratings(match(2, 1, 2))).toEqual({ home: rules.base, away: rules.base });
  });

  it('shows a match nothing of its own counts', () => {
    const table = new RatingTable(rules);
    table.learn(match(1, 1, 2), { home: 5, away: 0 });
    expect(table.ratings(match(1, 1, 2)).home).toBeCloseTo(rules.base, 8);
    expect(ratingOf(table, 1)).toBeGreaterThan(rules.base);
  });
});

describe('Elo', () => {
  it('gives a home win by one goal between equals what the formula says', () => {
    const table = new RatingTable(eloRules);
    table.learn(match(1, 1, 2), { home: 1, away: 0 });
    const expected = 1 / (1 + 10 ** (-65 / 400));
    expect(ratingOf(table, 1)).toBeCloseTo(1500 + 20 * (0.6 + Math.log(2)) * (1 - expected), 9);
  });

  it('rewards a wider margin, each goal less than the one before', () => {
    const gains = [1, 2, 3, 4].map((margin) => {
      const table = new RatingTable(eloRules);
      table.learn(match(1, 1, 2), { home: margin, away: 0 });
      return ratingOf(table, 1) - 1500;
    });
    const steps = gains.slice(1).map((gain, index) => gain - (gains[index] ?? 0));
    expect(steps.every((step) => step > 0)).toBe(true);
    expect([...steps].sort((a, b) => b - a)).toEqual(steps);
  });

  it('expects shares of the two sides that add up to one on neutral ground', () => {
    const neutral = { ...eloRules, homeAdvantage: 0 };
    fc.assert(
      fc.property(
        fc.double({ min: 800, max: 2200, noNaN: true }),
        fc.double({ min: 800, max: 2200, noNaN: true }),
        (a, b) => {
          expect(expectedShare(a, b, neutral) + expectedShare(b, a, neutral)).toBeCloseTo(1, 12);
        },
      ),
    );
  });
});

describe('over the seasons', () => {
  /** Five teams with a season behind them, from strongest to weakest. */
  const afterOneSeason = (): RatingTable => {
    const table = new RatingTable(eloRules);
    let id = 0;
    for (let home = 1; home <= 5; home += 1) {
      for (let away = 1; away <= 5; away += 1) {
        if (home === away) continue;
        id += 1;
        table.learn(match(id, home, away), home < away ? { home: 2, away: 0 } : { home: 0, away: 2 });
      }
    }
    return table;
  };
  const nextSeason = { seasonStart: 2021 };

  it('a team goes a tenth of the way to the mean of its division each summer', () => {
    const table = afterOneSeason();
    const spring = ratingOf(table, 1);
    expect(ratingOf(table, 1, nextSeason)).toBeCloseTo(spring + 0.1 * (1500 - spring), 8);
  });

  it('a team never seen starts at the mean of the three lowest of its division last season', () => {
    const table = afterOneSeason();
    const lowest = [3, 4, 5].map((team) => ratingOf(table, team));
    expect(ratingOf(table, 77, nextSeason)).toBeCloseTo(
      lowest.reduce((sum, rating) => sum + rating, 0) / 3,
      8,
    );
  });

  it('a team never seen starts at the base of its level where the season before is unknown', () => {
    const table = afterOneSeason();
    expect(ratingOf(table, 77, { seasonStart: 2023 })).toBe(1500);
    expect(ratingOf(table, 77, { leagueId: 2, level: 2 })).toBe(1380);
  });

  it('a team takes its rating along into another division', () => {
    const table = afterOneSeason();
    const below = { leagueId: 2, level: 2, seasonStart: 2021 };
    expect(ratingOf(table, 5, below)).toBe(ratingOf(table, 5, nextSeason));
  });

  it('a result of last season that is learnt late leaves a team in the season it has reached', () => {
    const table = afterOneSeason();
    table.learn(match(100, 1, 2, nextSeason), { home: 1, away: 1 });
    const reached = ratingOf(table, 1, nextSeason);
    table.learn(match(101, 1, 3), { home: 0, away: 0 });
    const gained = ratingOf(table, 1, nextSeason) - reached;
    expect(gained).toBeLessThan(0);
    expect(gained).toBeGreaterThan(-eloRules.k);
  });
});
