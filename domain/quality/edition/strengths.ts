import type { CollectedMatch } from '../../../schemas/records/collected-match.js';
import { marketView } from '../../odds/market-view.js';

/** How strong each team is in the eyes of the market, and what playing at home is worth, as log ratios of chances. */
export interface Strengths {
  readonly home: number;
  readonly of: ReadonlyMap<string, number>;
  /** In how many matches of the sample each team is. */
  readonly matches: ReadonlyMap<string, number>;
}

/** One match in the eyes of the market. */
export interface Leaning {
  readonly home: string;
  readonly away: string;
  readonly lean: number;
}

/** How many matches a rating from the season before counts for. */
export const priorMatches = 3;
/** Where a residual begins to count less than its size (Huber, 1964), in log ratio. */
const huber = 0.5;
const sweeps = 30;
/** Nothing that is judged by strengths is as small as this, in log ratio. */
const stillMoving = 0.002;

/**
 * Fits lean = home + strength of the home team − strength of the away team, each strength drawn towards what it was before; by Gauss-Seidel,
 * with Huber's weights, so that a few wrong rows do not spoil the rest.
 */
export function fitStrengths(matches: readonly Leaning[], prior: ReadonlyMap<string, number>): Strengths {
  const of = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { home, away } of matches)
    for (const team of [home, away]) {
      of.set(team, prior.get(team) ?? 0);
      counts.set(team, (counts.get(team) ?? 0) + 1);
    }
  const strength = (team: string): number => of.get(team) ?? 0;
  let advantage = 0.35;
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const sums = new Map<string, { sum: number; weight: number }>();
    for (const team of of.keys()) {
      const drawn = prior.has(team) ? priorMatches : 0.5;
      sums.set(team, { sum: drawn * (prior.get(team) ?? 0), weight: drawn });
    }
    let [sum, weight] = [0.35 * 20, 20];
    for (const { home, away, lean } of matches) {
      const residual = lean - advantage - strength(home) + strength(away);
      const counts = Math.min(1, huber / Math.abs(residual));
      sum += counts * (lean - strength(home) + strength(away));
      weight += counts;
      const ofHome = sums.get(home);
      const ofAway = sums.get(away);
      if (ofHome !== undefined) {
        ofHome.sum += counts * (lean - advantage + strength(away));
        ofHome.weight += counts;
      }
      if (ofAway !== undefined) {
        ofAway.sum += counts * (advantage + strength(home) - lean);
        ofAway.weight += counts;
      }
    }
    advantage = sum / weight;
    let moved = 0;
    for (const [team, { sum, weight }] of sums) {
      const before = strength(team);
      // Half a step: both sides of a match move at once.
      const now = (before + sum / weight) / 2;
      of.set(team, now);
      moved = Math.max(moved, Math.abs(now - before));
    }
    if (moved < stillMoving) break;
  }
  return { home: advantage, of, matches: counts };
}

/** The lean of a match's prices; undefined where it has none. */
export const leaningOf = (match: CollectedMatch): Leaning | undefined => {
  const lean = marketView(match.quotes, 'prematch')?.lean;
  return lean === undefined ? undefined : { home: match.homeTeam, away: match.awayTeam, lean };
};

const fitted = new WeakMap<readonly CollectedMatch[], ReadonlyMap<string, number>>();

/** The strengths of the teams of a season; computed once for a list of matches. */
export function strengthsOf(matches: readonly CollectedMatch[]): ReadonlyMap<string, number> {
  const known =
    fitted.get(matches) ??
    fitStrengths(
      matches.map(leaningOf).filter((one) => one !== undefined),
      new Map(),
    ).of;
  fitted.set(matches, known);
  return known;
}
