/** A completed match of a league. `time` is its kick-off in epoch milliseconds. */
export interface LeagueMatch {
  readonly matchId: number;
  readonly time: number;
  readonly homeScore: number;
  readonly awayScore: number;
}

/** What a league's recent matches have been like; shares 0 to 1, goals of both teams a game. */
export interface LeagueRates {
  readonly homeWinRate: number;
  readonly drawRate: number;
  readonly goalsPerGame: number;
}

const countedMatches = 380;
const leastMatches = 50;

/**
 * The completed matches of one league as they are known so far, in the order of kick-off, ties by match id. Feed it
 * in the order of `known_at`.
 */
export class LeagueMatches {
  readonly #ordered: LeagueMatch[] = [];
  readonly #known = new Map<number, LeagueMatch>();

  /** Takes note of a match's result, or with null of the lack of one. */
  learn(matchId: number, match: LeagueMatch | null): void {
    const known = this.#known.get(matchId);
    if (known !== undefined) this.#ordered.splice(this.#position(known.time, matchId), 1);
    if (match === null) {
      this.#known.delete(matchId);
      return;
    }
    this.#known.set(matchId, match);
    this.#ordered.splice(this.#position(match.time, matchId), 0, match);
  }

  /**
   * The rates over the last 380 matches that kicked off before an instant, without the match described; undefined
   * below 50 matches. Matches of the same kick-off as the 380th count too: which of them came last would be a matter
   * of their ids, and a rebuild gives other ids.
   */
  rates(before: number, describedId: number): LeagueRates | undefined {
    let [matches, homeWins, draws, goals] = [0, 0, 0, 0];
    let position = this.#position(before, Number.NEGATIVE_INFINITY) - 1;
    let earliest = Number.NaN;
    for (; position >= 0; position -= 1) {
      const match = this.#ordered[position];
      if (match === undefined || match.matchId === describedId) continue;
      if (matches >= countedMatches && match.time !== earliest) break;
      earliest = match.time;
      matches += 1;
      if (match.homeScore > match.awayScore) homeWins += 1;
      if (match.homeScore === match.awayScore) draws += 1;
      goals += match.homeScore + match.awayScore;
    }
    if (matches < leastMatches) return undefined;
    return { homeWinRate: homeWins / matches, drawRate: draws / matches, goalsPerGame: goals / matches };
  }

  /** Where a match of this kick-off and id stands, or would stand. */
  #position(time: number, matchId: number): number {
    let [low, high] = [0, this.#ordered.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const match = this.#ordered[middle];
      const isBefore =
        match !== undefined && (match.time < time || (match.time === time && match.matchId < matchId));
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
