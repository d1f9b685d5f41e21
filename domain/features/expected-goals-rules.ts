/** What one side of a match has to show for itself. NaN where nobody counted. */
export interface SideChances {
  readonly goals: number;
  readonly shots: number;
  readonly shotsOnTarget: number;
  readonly corners: number;
}

/** Goals of both sides as a match made them likely, and how far chance scatters them. */
export interface MadeGoals {
  readonly home: number;
  readonly away: number;
  /** Variance over mean: what a match says of a team counts less the larger it is. */
  readonly noise: number;
}

/**
 * What each count is worth in goals. A team that shoots and wins corners will score: goals alone are few and say little. The weights, like the rules below, were chosen
 * on 2012-13 to 2018-19 by what they tell of the next result; near them it hardly matters which are taken.
 */
const worth = { goal: 0.48, shotOnTarget: 0.09, shotOffTarget: 0.0134, corner: 0.041 } as const;

const noise = { ofAllCounts: 0.62, ofGoalsAlone: 2 } as const;

const made = ({ goals, shots, shotsOnTarget, corners }: SideChances): number =>
  worth.goal * goals +
  worth.shotOnTarget * shotsOnTarget +
  worth.shotOffTarget * Math.max(0, shots - shotsOnTarget) +
  worth.corner * corners;

/** The goals that both sides' counts were worth; the goals themselves where a count is missing; null without a score. */
export function goalsMade(home: SideChances, away: SideChances): MadeGoals | null {
  const whole = { home: made(home), away: made(away), noise: noise.ofAllCounts };
  if (!Number.isNaN(whole.home + whole.away)) return whole;
  if (Number.isNaN(home.goals + away.goals)) return null;
  return { home: home.goals, away: away.goals, noise: noise.ofGoalsAlone };
}

/** How strengths follow the matches. All are on the scale of logarithms of goals. */
export const strengthRules = {
  /** ln(goals of a side on neutral ground), and what of it the home side gains and the away side loses together, before a league was seen. */
  level: 0.2,
  advantage: 0.3,
  /** How far a match moves its league's level, and its home advantage, by the share of its goals that was not expected. */
  levelStep: 0.001,
  advantageStep: 0.002,
  /** How much weaker than the division above each level begins where nothing was seen before. */
  divisionStep: 0.15,
  /** How much weaker a team never seen is than the mean of its division's last season: it has just come up. */
  newcomer: 0.15,
  /** The variance with which a team never seen begins. */
  doubt: 0.05,
  /** The share of its distance from its division's mean that a team keeps over the summer. */
  kept: 0.93,
  /** The variance that a summer adds: teams change hands and players. */
  summerDoubt: 0.016,
} as const;
