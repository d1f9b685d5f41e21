/** What the rating reckons with. One object, so that tuning has one place. */
export interface EloConstants {
  /** Rating at which the teams of a first division's first season start. */
  readonly base: number;
  /** How far below that each further level starts. */
  readonly levelStep: number;
  /** Rating points that playing at home is worth. */
  readonly homeAdvantage: number;
  /** Rating points that change hands when an even match is won by one goal: half of this. */
  readonly k: number;
  /** A win by n goals counts n to this power. */
  readonly marginPower: number;
  /** The share of the way back to its league's mean that a team goes each summer. */
  readonly summerRegression: number;
  /** How far below its league's mean a team starts that was never seen before. */
  readonly newcomerGap: number;
}

export const eloConstants: EloConstants = {
  base: 1500,
  levelStep: 120,
  homeAdvantage: 65,
  k: 20,
  marginPower: 0.5,
  summerRegression: 0.1,
  newcomerGap: 80,
};

/** A match as the rating sees it. `seasonStart` is the year in which its season begins. */
export interface RatedMatch {
  readonly matchId: number;
  readonly leagueId: number;
  readonly level: number;
  readonly seasonStart: number;
  readonly homeTeamId: number;
  readonly awayTeamId: number;
}

/** What was learnt of a match: its score, or that it has none (any more). */
export interface LearntScore {
  readonly home: number;
  readonly away: number;
}

export interface EloPair {
  readonly home: number;
  readonly away: number;
}

/** The share of the points that the home team is expected to take, 0 to 1. */
export const expectedShare = (home: number, away: number, constants: EloConstants): number =>
  1 / (1 + 10 ** ((away - home - constants.homeAdvantage) / 400));

/** The rating points the home team gains and the away team loses by this score. */
export const ratingChange = (score: LearntScore, expected: number, constants: EloConstants): number => {
  const margin = Math.max(1, Math.abs(score.home - score.away));
  const share = score.home > score.away ? 1 : score.home === score.away ? 0.5 : 0;
  return constants.k * margin ** constants.marginPower * (share - expected);
};

interface TeamState {
  readonly rating: number;
  readonly leagueId: number;
  readonly seasonStart: number;
}

interface AppliedMatch {
  /** The expectation when the match was first applied: a correction is judged by it, not by what came since. */
  readonly expected: number;
  readonly score: LearntScore | null;
  readonly change: number;
}

interface RatingSum {
  sum: number;
  count: number;
}

/**
 * Elo ratings as they stand after everything learnt so far. Feed it in the order of `known_at`: results in `learn`,
 * readings in `ratings`.
 *
 * - A corrected or withdrawn result gives back the points it moved, and the new score moves its own, by the
 *   expectation the match was first applied with. What other matches moved in between stays.
 * - A team never seen starts below the mean of its league (`newcomerGap`), or at the base of its level in the
 *   league's first season. The mean is over the teams last seen in this season or the one before.
 * - Over the summer a team goes part of the way back to the mean of the league it played in.
 * - A match never sees its own result, not even where it was learnt before the match's present cutoff.
 */
export class EloTable {
  readonly #constants: EloConstants;
  readonly #teams = new Map<number, TeamState>();
  readonly #matches = new Map<number, AppliedMatch>();
  readonly #leagues = new Map<number, Map<number, RatingSum>>();

  constructor(constants: EloConstants = eloConstants) {
    this.#constants = constants;
  }

  /** Takes note of a match's score, or with null of the loss of it. Repeating what is known changes nothing. */
  learn(match: RatedMatch, score: LearntScore | null): void {
    const known = this.#matches.get(match.matchId);
    if (known === undefined) {
      if (score !== null) this.#apply(match, score);
      return;
    }
    if (known.score?.home === score?.home && known.score?.away === score?.away) return;
    const change = score === null ? 0 : ratingChange(score, known.expected, this.#constants);
    this.#shift(match.homeTeamId, change - known.change);
    this.#shift(match.awayTeamId, known.change - change);
    this.#matches.set(match.matchId, { expected: known.expected, score, change });
  }

  /** Both teams' ratings for a match, without its own result. */
  ratings(match: RatedMatch): EloPair {
    const own = this.#matches.get(match.matchId)?.change ?? 0;
    return {
      home: this.#ratingFor(match.homeTeamId, match) - own,
      away: this.#ratingFor(match.awayTeamId, match) + own,
    };
  }

  #apply(match: RatedMatch, score: LearntScore): void {
    const home = this.#ratingFor(match.homeTeamId, match);
    const away = this.#ratingFor(match.awayTeamId, match);
    const expected = expectedShare(home, away, this.#constants);
    const change = ratingChange(score, expected, this.#constants);
    this.#place(match.homeTeamId, home + change, match);
    this.#place(match.awayTeamId, away - change, match);
    this.#matches.set(match.matchId, { expected, score, change });
  }

  #ratingFor(teamId: number, match: RatedMatch): number {
    const state = this.#teams.get(teamId);
    if (state === undefined) return this.#start(match);
    if (state.seasonStart >= match.seasonStart) return state.rating;
    const mean =
      this.#mean(state.leagueId, match.seasonStart) ?? this.#mean(state.leagueId, state.seasonStart);
    return mean === undefined
      ? state.rating
      : state.rating + this.#constants.summerRegression * (mean - state.rating);
  }

  #start(match: RatedMatch): number {
    const seenBefore = (this.#leagues.get(match.leagueId)?.get(match.seasonStart - 1)?.count ?? 0) > 0;
    const mean = seenBefore ? this.#mean(match.leagueId, match.seasonStart) : undefined;
    return mean === undefined
      ? this.#constants.base - this.#constants.levelStep * (match.level - 1)
      : mean - this.#constants.newcomerGap;
  }

  /** The mean of the teams last seen in the league in this season or the one before. */
  #mean(leagueId: number, seasonStart: number): number | undefined {
    const seasons = this.#leagues.get(leagueId);
    const sums = [seasons?.get(seasonStart - 1), seasons?.get(seasonStart)].filter(
      (sum) => sum !== undefined,
    );
    const count = sums.reduce((total, sum) => total + sum.count, 0);
    return count === 0 ? undefined : sums.reduce((total, sum) => total + sum.sum, 0) / count;
  }

  #place(teamId: number, rating: number, match: RatedMatch): void {
    const before = this.#teams.get(teamId);
    if (before !== undefined) this.#count(before, -1);
    // A result of an older season that is learnt late leaves the team in the season it has reached.
    const stays = before !== undefined && before.seasonStart > match.seasonStart;
    const state: TeamState = {
      rating,
      leagueId: stays ? before.leagueId : match.leagueId,
      seasonStart: stays ? before.seasonStart : match.seasonStart,
    };
    this.#teams.set(teamId, state);
    this.#count(state, 1);
  }

  #shift(teamId: number, points: number): void {
    const state = this.#teams.get(teamId);
    if (state === undefined) return;
    this.#count(state, -1);
    const shifted = { ...state, rating: state.rating + points };
    this.#teams.set(teamId, shifted);
    this.#count(shifted, 1);
  }

  #count(state: TeamState, sign: 1 | -1): void {
    let seasons = this.#leagues.get(state.leagueId);
    if (seasons === undefined) {
      seasons = new Map();
      this.#leagues.set(state.leagueId, seasons);
    }
    const sum = seasons.get(state.seasonStart) ?? { sum: 0, count: 0 };
    sum.count += sign;
    // An emptied season starts from an exact zero again.
    sum.sum = sum.count === 0 ? 0 : sum.sum + sign * state.rating;
    seasons.set(state.seasonStart, sum);
  }
}
