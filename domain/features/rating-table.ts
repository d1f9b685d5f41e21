import { expectedShare, ratingChange, type RatingRules, type SideCounts } from './rating-rules.js';

/** A match as the rating sees it. `seasonStart` is the year in which its season begins. */
export interface RatedMatch {
  readonly matchId: number;
  readonly leagueId: number;
  readonly level: number;
  readonly seasonStart: number;
  readonly homeTeamId: number;
  readonly awayTeamId: number;
}

export interface RatingPair {
  readonly home: number;
  readonly away: number;
}

/** Changed in place: a history moves ratings hundreds of thousands of times. */
interface TeamState {
  rating: number;
  leagueId: number;
  seasonStart: number;
}

/** What the matches applied so far moved, in columns: an object a match would keep the garbage collector busier than the ratings keep the rest. */
class AppliedMatches {
  readonly #places = new Map<number, number>();
  /** The expectation when the match was first applied: a correction is judged by it, not by what came since. */
  readonly #expected: number[] = [];
  readonly #changes: number[] = [];
  /** NaN where the counts were withdrawn. */
  readonly #homes: number[] = [];
  readonly #aways: number[] = [];

  placeOf(matchId: number): number | undefined {
    return this.#places.get(matchId);
  }

  changeOf(matchId: number): number {
    const place = this.#places.get(matchId);
    return place === undefined ? 0 : (this.#changes[place] ?? 0);
  }

  expectedAt(place: number): number {
    return this.#expected[place] ?? Number.NaN;
  }

  has(place: number, counts: SideCounts | null): boolean {
    const [home, away] = [this.#homes[place] ?? Number.NaN, this.#aways[place] ?? Number.NaN];
    return counts === null ? Number.isNaN(home) : home === counts.home && away === counts.away;
  }

  add(matchId: number, expected: number, counts: SideCounts, change: number): void {
    this.#places.set(matchId, this.#expected.length);
    this.#expected.push(expected);
    this.#changes.push(change);
    this.#homes.push(counts.home);
    this.#aways.push(counts.away);
  }

  /** Puts other counts in place of the match's, and gives the points by which they move it further. */
  correct(place: number, counts: SideCounts | null, change: number): number {
    const further = change - (this.#changes[place] ?? 0);
    this.#changes[place] = change;
    this.#homes[place] = counts?.home ?? Number.NaN;
    this.#aways[place] = counts?.away ?? Number.NaN;
    return further;
  }
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The ratings of one kind as they stand after everything learnt so far. Feed it in the order of `known_at`: counts in
 * `learn`, readings in `ratings`. Teams keep their rating from division to division.
 *
 * - Corrected or withdrawn counts give back the points they moved, and the new ones move their own, by the
 *   expectation the match was first applied with. What other matches moved in between stays.
 * - A team never seen starts at the mean of the lowest teams of its division's last season, or at the base of its
 *   level where that season is unknown. A division's teams of a season are those with counts in it.
 * - Over the summer a team goes part of the way back to the mean of the division it played in.
 * - A match never sees its own counts, not even where they were learnt before the match's present cutoff.
 */
export class RatingTable {
  readonly #rules: RatingRules;
  readonly #teams = new Map<number, TeamState>();
  readonly #matches = new AppliedMatches();
  /** The teams of each division's season: league, season's first year, teams. */
  readonly #divisions = new Map<number, Map<number, Set<number>>>();

  constructor(rules: RatingRules) {
    this.#rules = rules;
  }

  /** Takes note of a match's counts, or with null of the lack of them. Repeating what is known changes nothing. */
  learn(match: RatedMatch, counts: SideCounts | null): void {
    const place = this.#matches.placeOf(match.matchId);
    if (place === undefined) {
      if (counts !== null) this.#apply(match, counts);
      return;
    }
    if (this.#matches.has(place, counts)) return;
    const change = counts === null ? 0 : ratingChange(counts, this.#matches.expectedAt(place), this.#rules);
    const further = this.#matches.correct(place, counts, change);
    this.#shift(match.homeTeamId, further);
    this.#shift(match.awayTeamId, -further);
  }

  /** Both teams' ratings for a match, without its own counts. */
  ratings(match: RatedMatch): RatingPair {
    const own = this.#matches.changeOf(match.matchId);
    return {
      home: this.#ratingFor(match.homeTeamId, match) - own,
      away: this.#ratingFor(match.awayTeamId, match) + own,
    };
  }

  #apply(match: RatedMatch, counts: SideCounts): void {
    const home = this.#ratingFor(match.homeTeamId, match);
    const away = this.#ratingFor(match.awayTeamId, match);
    const expected = expectedShare(home, away, this.#rules);
    const change = ratingChange(counts, expected, this.#rules);
    this.#place(match.homeTeamId, home + change, match);
    this.#place(match.awayTeamId, away - change, match);
    this.#matches.add(match.matchId, expected, counts, change);
  }

  #ratingFor(teamId: number, match: RatedMatch): number {
    const state = this.#teams.get(teamId);
    if (state === undefined) return this.#start(match);
    if (state.seasonStart >= match.seasonStart) return state.rating;
    const division = this.#ratingsOf(state.leagueId, state.seasonStart);
    return state.rating + this.#rules.summerRegression * (mean(division) - state.rating);
  }

  #start(match: RatedMatch): number {
    const lastSeason = this.#ratingsOf(match.leagueId, match.seasonStart - 1);
    if (lastSeason.length === 0) return this.#rules.base - this.#rules.levelStep * (match.level - 1);
    return mean(lastSeason.sort((a, b) => a - b).slice(0, this.#rules.lowestTeams));
  }

  /** The present ratings of the teams that a division had in a season. */
  #ratingsOf(leagueId: number, seasonStart: number): number[] {
    const teams = this.#divisions.get(leagueId)?.get(seasonStart) ?? [];
    return [...teams].map((teamId) => this.#teams.get(teamId)?.rating ?? this.#rules.base);
  }

  #place(teamId: number, rating: number, match: RatedMatch): void {
    const state = this.#teams.get(teamId);
    if (state === undefined) {
      this.#teams.set(teamId, { rating, leagueId: match.leagueId, seasonStart: match.seasonStart });
      this.#enter(teamId, match);
      return;
    }
    state.rating = rating;
    // It entered that division's season when it got there.
    if (state.leagueId === match.leagueId && state.seasonStart === match.seasonStart) return;
    // A result of an older season that is learnt late leaves the team in the season it has reached.
    if (state.seasonStart <= match.seasonStart) {
      state.leagueId = match.leagueId;
      state.seasonStart = match.seasonStart;
    }
    this.#enter(teamId, match);
  }

  #shift(teamId: number, points: number): void {
    const state = this.#teams.get(teamId);
    if (state !== undefined) state.rating += points;
  }

  #enter(teamId: number, { leagueId, seasonStart }: RatedMatch): void {
    const seasons = this.#divisions.get(leagueId) ?? new Map<number, Set<number>>();
    const teams = seasons.get(seasonStart) ?? new Set<number>();
    this.#divisions.set(leagueId, seasons.set(seasonStart, teams.add(teamId)));
  }
}
