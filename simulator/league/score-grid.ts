/** The goals that each side is expected to score. */
export interface ExpectedGoals {
  readonly home: number;
  readonly away: number;
}

/** The three chances of a match; they add up to 1. */
export interface OutcomeProbabilities {
  readonly home: number;
  readonly draw: number;
  readonly away: number;
}

/** What a unit staked on one side of a two-way market comes to: the chance that it is won, lost; the rest is returned. */
export interface Stake {
  readonly won: number;
  readonly lost: number;
}

/** Scores run from 0 to this many goals a side; beyond it lies less than one match in a million. */
const mostGoals = 12;
const sides = mostGoals + 1;
/** Goals that come in pairs: the part that both sides' counts share. */
const sharedGoals = 0.1;

/** The probability of every score, and of every difference and total that follows from it. Each array adds up to 1. */
export interface ScoreGrid {
  /** At `home * 13 + away`. */
  readonly scores: Float64Array;
  /** At `home - away + 12`. */
  readonly differences: Float64Array;
  /** At `home + away`. */
  readonly totals: Float64Array;
}

function poissonChances(mean: number): Float64Array {
  const chances = new Float64Array(sides);
  chances[0] = Math.exp(-mean);
  for (let goals = 1; goals < sides; goals += 1) chances[goals] = ((chances[goals - 1] ?? 0) * mean) / goals;
  return chances;
}

/**
 * The scores of a bivariate Poisson (Karlis and Ntzoufras, 2003): each side's goals are its own part plus a shared one, which
 * makes draws as common as they are.
 */
export function scoreGrid(expected: ExpectedGoals): ScoreGrid {
  const shared = Math.min(sharedGoals, expected.home / 2, expected.away / 2);
  const both = poissonChances(shared);
  const home = poissonChances(expected.home - shared);
  const away = poissonChances(expected.away - shared);
  const scores = new Float64Array(sides * sides);
  for (let h = 0; h < sides; h += 1)
    for (let a = 0; a < sides; a += 1) {
      let chance = 0;
      // A shared part of four goals has a chance of four in a million.
      for (let k = 0; k <= Math.min(h, a, 4); k += 1)
        chance += (both[k] ?? 0) * (home[h - k] ?? 0) * (away[a - k] ?? 0);
      scores[h * sides + a] = chance;
    }
  const total = scores.reduce((sum, chance) => sum + chance, 0);
  const differences = new Float64Array(2 * mostGoals + 1);
  const totals = new Float64Array(2 * mostGoals + 1);
  for (let h = 0; h < sides; h += 1)
    for (let a = 0; a < sides; a += 1) {
      const chance = (scores[h * sides + a] ?? 0) / total;
      scores[h * sides + a] = chance;
      differences[h - a + mostGoals] = (differences[h - a + mostGoals] ?? 0) + chance;
      totals[h + a] = (totals[h + a] ?? 0) + chance;
    }
  return { scores, differences, totals };
}

/** The score at which the cumulated chance passes `uniform` (0 to 1). */
export function scoreAt(
  { scores }: ScoreGrid,
  uniform: number,
): { readonly home: number; readonly away: number } {
  let left = uniform;
  const index = scores.findIndex((chance) => (left -= chance) < 0);
  return index === -1 ? { home: 0, away: 0 } : { home: Math.floor(index / sides), away: index % sides };
}

/** A stake on a handicap in halves of a goal. */
function wholeStake({ differences }: ScoreGrid, line: number): Stake {
  let won = 0;
  let lost = 0;
  differences.forEach((chance, index) => {
    const margin = index - mostGoals + line;
    if (margin > 0) won += chance;
    else if (margin < 0) lost += chance;
  });
  return { won, lost };
}

export function outcomeProbabilities(grid: ScoreGrid): OutcomeProbabilities {
  const { won, lost } = wholeStake(grid, 0);
  return { home: won, draw: 1 - won - lost, away: lost };
}

/** A stake on more than `line` goals in the match, where the line is no whole number. */
export function overStake({ totals }: ScoreGrid, line: number): Stake {
  const won = totals.reduce((sum, chance, goals) => (goals > line ? sum + chance : sum), 0);
  return { won, lost: 1 - won };
}

/** A stake on the home side at an Asian handicap in quarters of a goal; quarter lines are two halves of a stake. */
export function homeHandicapStake(grid: ScoreGrid, line: number): Stake {
  if (Number.isInteger(line * 2)) return wholeStake(grid, line);
  const lower = wholeStake(grid, line - 0.25);
  const upper = wholeStake(grid, line + 0.25);
  return { won: (lower.won + upper.won) / 2, lost: (lower.lost + upper.lost) / 2 };
}
