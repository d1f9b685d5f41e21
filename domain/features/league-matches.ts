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

/** What came of the first so many of a league's matches. */
interface Tally {
  readonly homeWins: number;
  readonly draws: number;
  readonly goals: number;
}

const nothing: Tally = { homeWins: 0, draws: 0, goals: 0 };

const after = ({ homeWins, draws, goals }: Tally, { homeScore, awayScore }: LeagueMatch): Tally => ({
  homeWins: homeWins + (homeScore > awayScore ? 1 : 0),
  draws: draws + (homeScore === awayScore ? 1 : 0),
  goals: goals + homeScore + awayScore,
});

const less = (whole: Tally, part: Tally): Tally => ({
  homeWins: whole.homeWins - part.homeWins,
  draws: whole.draws - part.draws,
  goals: whole.goals - part.goals,
});

/**
 * The completed matches of one league as they are known so far, in the order of kick-off, ties by match id. Feed it
 * in the order of `known_at`.
 */
export class LeagueMatches {
  readonly #ordered: LeagueMatch[] = [];
  readonly #known = new Map<number, LeagueMatch>();
  /** Of the first n matches at n. Results come nearly in the order of kick-off, so that few tallies are made anew. */
  readonly #tallies: Tally[] = [nothing];

  /** Takes note of a match's result, or with null of the lack of one. */
  learn(matchId: number, match: LeagueMatch | null): void {
    const known = this.#known.get(matchId);
    if (known !== undefined) {
      const at = this.#position(known.time, matchId);
      this.#ordered.splice(at, 1);
      this.#tallyFrom(at);
    }
    if (match === null) {
      this.#known.delete(matchId);
      return;
    }
    this.#known.set(matchId, match);
    const at = this.#position(match.time, matchId);
    this.#ordered.splice(at, 0, match);
    this.#tallyFrom(at);
  }

  /**
   * The rates over the last 380 matches that kicked off before an instant, without the match described; undefined
   * below 50 matches. Matches of the same kick-off as the 380th count too: which of them came last would be a matter
   * of their ids, and a rebuild gives other ids.
   */
  rates(before: number, describedId: number): LeagueRates | undefined {
    const end = this.#position(before, Number.NEGATIVE_INFINITY);
    const own = this.#known.get(describedId);
    const ownAt = own !== undefined && own.time < before ? this.#position(own.time, describedId) : -1;
    let start = Math.max(0, end - countedMatches);
    if (ownAt >= start) start = Math.max(0, start - 1);
    while (start > 0 && this.#ordered[start - 1]?.time === this.#ordered[start]?.time) start -= 1;

    const whole = less(this.#tallies[end] ?? nothing, this.#tallies[start] ?? nothing);
    const isOwnWithin = own !== undefined && ownAt >= start;
    const { homeWins, draws, goals } = isOwnWithin ? less(whole, after(nothing, own)) : whole;
    const matches = end - start - (isOwnWithin ? 1 : 0);
    if (matches < leastMatches) return undefined;
    return { homeWinRate: homeWins / matches, drawRate: draws / matches, goalsPerGame: goals / matches };
  }

  #tallyFrom(position: number): void {
    this.#tallies.length = position + 1;
    let tally = this.#tallies[position] ?? nothing;
    for (let at = position; at < this.#ordered.length; at += 1) {
      const match = this.#ordered[at];
      if (match !== undefined) tally = after(tally, match);
      this.#tallies.push(tally);
    }
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
