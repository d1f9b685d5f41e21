import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  homeHandicapStake,
  outcomeProbabilities,
  overStake,
  scoreAt,
  scoreGrid,
} from '../../../simulator/league/score-grid.js';

const goals = fc.double({ min: 0.15, max: 4, noNaN: true });
const expectedGoals = fc.record({ home: goals, away: goals });

describe('scoreGrid', () => {
  it('is a distribution whose three outcomes and whose two sides of a line add up to one', () => {
    fc.assert(
      fc.property(expectedGoals, (expected) => {
        const grid = scoreGrid(expected);
        expect(grid.scores.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 10);
        const { home, draw, away } = outcomeProbabilities(grid);
        expect(home + draw + away).toBeCloseTo(1, 10);
        const { won, lost } = overStake(grid, 2.5);
        expect(won + lost).toBeCloseTo(1, 10);
      }),
    );
  });

  it('keeps the expected goals of each side', () => {
    fc.assert(
      fc.property(expectedGoals, (expected) => {
        const { scores } = scoreGrid(expected);
        const mean = (goalsAt: (index: number) => number): number =>
          scores.reduce((sum, chance, index) => sum + chance * goalsAt(index), 0);
        expect(mean((index) => Math.floor(index / 13))).toBeCloseTo(expected.home, 2);
        expect(mean((index) => index % 13)).toBeCloseTo(expected.away, 2);
      }),
    );
  });

  it('makes a handicap of half a goal a bet on the win, and of none a bet with the draw returned', () => {
    fc.assert(
      fc.property(expectedGoals, (expected) => {
        const grid = scoreGrid(expected);
        const { home, draw, away } = outcomeProbabilities(grid);
        expect(homeHandicapStake(grid, -0.5).won).toBeCloseTo(home, 10);
        expect(homeHandicapStake(grid, 0)).toEqual({ won: home, lost: away });
        const quarter = homeHandicapStake(grid, -0.25);
        expect(quarter.won).toBeCloseTo(home, 10);
        expect(quarter.lost).toBeCloseTo(away + draw / 2, 10);
      }),
    );
  });

  it('finds the score at which the chances pass a number', () => {
    const grid = scoreGrid({ home: 1.5, away: 1.1 });
    expect(scoreAt(grid, 0)).toEqual({ home: 0, away: 0 });
    expect(scoreAt(grid, (grid.scores[0] ?? 0) + 1e-9)).toEqual({ home: 0, away: 1 });
  });
});
