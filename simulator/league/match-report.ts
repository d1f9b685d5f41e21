import type { Random } from '../random.js';
import { randomStream } from '../random.js';
import { referees } from './clubs.js';
import type { ExpectedGoals, ScoreGrid } from './score-grid.js';
import { scoreAt } from './score-grid.js';

/** One side's counts in one match. */
export interface SideReport {
  readonly goals: number;
  readonly halfTimeGoals: number;
  readonly shots: number;
  readonly shotsOnTarget: number;
  readonly corners: number;
  readonly fouls: number;
  readonly yellowCards: number;
  readonly redCards: number;
}

/** What is written down after a match. */
export interface MatchReport {
  readonly home: SideReport;
  readonly away: SideReport;
  readonly referee: string;
}

const averageGoals = 1.35;
const firstHalfShare = 0.45;
const savedShotsPerGoal = 2.2;

/** Cards per card of the average official, 0.7 to 1.3. */
const severity = (seed: number, referee: string): number =>
  0.7 + 0.6 * randomStream(seed, 'severity', referee).uniform();

function sideReport(random: Random, goals: number, expected: number, cards: number): SideReport {
  const dominance = expected / averageGoals;
  const shotsOnTarget = goals + random.poisson(savedShotsPerGoal * expected);
  return {
    goals,
    halfTimeGoals: random.binomial(goals, firstHalfShare),
    shotsOnTarget,
    shots: shotsOnTarget + random.poisson(8.3 * dominance ** 0.6),
    corners: random.poisson(5.1 * dominance ** 0.5),
    // The side that is under pressure fouls more.
    fouls: random.poisson(11 * dominance ** -0.15),
    yellowCards: random.poisson(1.8 * cards * dominance ** -0.2),
    redCards: random.binomial(1, 0.05 * cards),
  };
}

/** Draws a match: the score from the true grid, the counts from the true expectations. */
export function playMatch(
  seed: number,
  random: Random,
  expected: ExpectedGoals,
  grid: ScoreGrid,
): MatchReport {
  const score = scoreAt(grid, random.uniform());
  const referee = referees[random.below(referees.length)] ?? referees[0];
  const cards = severity(seed, referee);
  return {
    home: sideReport(random, score.home, expected.home, cards),
    away: sideReport(random, score.away, expected.away, cards),
    referee,
  };
}
