import type { Probabilities } from '../../schemas/records/probabilities.js';

/** A side that makes more goals in a match than this does so once in many thousand matches. */
const mostGoals = 10;

/** How much likelier 0–0 and 1–1 are, and 1–0 and 0–1 less likely, than were both sides' goals independent. */
const lowScores = -0.06;

/** The chances of 0 to {@link mostGoals} goals of a side that is expected to make so many (Poisson). */
function goalChances(expected: number): Float64Array {
  const chances = new Float64Array(mostGoals + 1);
  chances[0] = Math.exp(-expected);
  for (let goals = 1; goals <= mostGoals; goals += 1)
    chances[goals] = ((chances[goals - 1] ?? 0) * expected) / goals;
  return chances;
}

/**
 * The chances of the results of a match whose sides are expected to make so many goals; NaN where one is unknown.
 * Source: M. Dixon and S. Coles, "Modelling Association Football Scores and Inefficiencies in the Football Betting Market", Applied Statistics 46 (1997).
 */
export function chancesByGoals(home: number, away: number): Probabilities {
  const [ours, theirs] = [goalChances(home), goalChances(away)];
  const at = (h: number, a: number): number => (ours[h] ?? 0) * (theirs[a] ?? 0);
  let [awayWins, draws, homeWins] = [0, 0, 0];
  for (let h = 0; h <= mostGoals; h += 1) {
    for (let a = 0; a <= mostGoals; a += 1) {
      if (h > a) homeWins += at(h, a);
      else if (h === a) draws += at(h, a);
      else awayWins += at(h, a);
    }
  }
  // The correction moves no goal from one side to the other: the four sum to nothing.
  const moved = lowScores * at(0, 0) * home * away;
  draws -= 2 * moved;
  homeWins += moved;
  awayWins += moved;
  const total = awayWins + draws + homeWins;
  return [awayWins / total, draws / total, homeWins / total];
}
