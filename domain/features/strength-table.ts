import { strengthRules as rules, type MadeGoals } from './expected-goals-rules.js';
import type { RatedMatch } from './rating-table.js';

/** Goals that each side of a match is expected to make. */
export interface ExpectedGoals {
  readonly home: number;
  readonly away: number;
}

/** A team's attack and defence, as logarithms of goals above an average team's, and the variance of each. */
interface Strength {
  readonly attack: number;
  readonly defence: number;
  readonly attackDoubt: number;
  readonly defenceDoubt: number;
}

interface TeamState extends Strength {
  readonly leagueId: number;
  readonly seasonStart: number;
}

interface League {
  readonly level: number;
  readonly advantage: number;
}

/** What a match moves: in attack and defence of both teams, and in its league. */
interface Moves {
  readonly homeAttack: number;
  readonly homeDefence: number;
  readonly awayAttack: number;
  readonly awayDefence: number;
  readonly level: number;
  readonly advantage: number;
}

/** What stood when a match was first applied: a correction is judged by it, not by what came since. */
interface Prior {
  readonly expected: ExpectedGoals;
  readonly home: Strength;
  readonly away: Strength;
}

interface AppliedMatch {
  readonly prior: Prior;
  readonly made: MadeGoals | null;
  readonly moves: Moves;
}

const nothing: Moves = {
  ...{ homeAttack: 0, homeDefence: 0, awayAttack: 0, awayDefence: 0 },
  ...{ level: 0, advantage: 0 },
};

const difference = (one: Moves, other: Moves): Moves => ({
  homeAttack: one.homeAttack - other.homeAttack,
  homeDefence: one.homeDefence - other.homeDefence,
  awayAttack: one.awayAttack - other.awayAttack,
  awayDefence: one.awayDefence - other.awayDefence,
  level: one.level - other.level,
  advantage: one.advantage - other.advantage,
});

/** By how much the doubt of two strengths is damped by goals that tell of both: 1 where they tell nothing. */
const damping = (attackDoubt: number, defenceDoubt: number, information: number): number =>
  1 + (attackDoubt + defenceDoubt) * information;

function movesOf({ expected, home, away }: Prior, { home: ours, away: theirs, noise }: MadeGoals): Moves {
  const [homeError, awayError] = [ours - expected.home, theirs - expected.away];
  const homeGain = homeError / noise / damping(home.attackDoubt, away.defenceDoubt, expected.home / noise);
  const awayGain = awayError / noise / damping(away.attackDoubt, home.defenceDoubt, expected.away / noise);
  const all = expected.home + expected.away;
  return {
    homeAttack: home.attackDoubt * homeGain,
    awayDefence: -away.defenceDoubt * homeGain,
    awayAttack: away.attackDoubt * awayGain,
    homeDefence: -home.defenceDoubt * awayGain,
    level: (rules.levelStep * (homeError + awayError)) / all,
    advantage: (rules.advantageStep * (homeError - awayError)) / all,
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Attack and defence of every team as they stand after everything learnt so far: the logarithm of the goals that a side is expected to make is the level of its
 * league, half the home advantage, its attack less the other's defence. Feed it in the order of `known_at`: goals in `learn`, readings in `expected`.
 *
 * - A match moves both strengths by what it made beyond what was expected, the more the less they were known: an extended Kalman filter for counts.
 *   Source: L. Fahrmeir, "Posterior Mode Estimation by Extended Kalman Filtering for Multivariate Dynamic Generalized Linear Models", JASA 87 (1992).
 * - Corrected or withdrawn goals give back what they moved, and the new ones move their own, by what stood when the match was first applied. What other matches
 *   moved in between stays, and so does how well the teams are known.
 * - A team never seen starts below the mean of its division's last season, or by its level where that season is unknown. A division's teams of a season are those
 *   with goals in it.
 * - Over the summer a team goes part of the way back to the mean of the division it played in, and is known less well.
 * - A match never sees its own goals, not even where they were learnt before the match's present cutoff.
 */
export class StrengthTable {
  readonly #teams = new Map<number, TeamState>();
  readonly #leagues = new Map<number, League>();
  readonly #matches = new Map<number, AppliedMatch>();
  /** The teams of each division's season: league, season's first year, teams. */
  readonly #divisions = new Map<number, Map<number, Set<number>>>();

  /** Takes note of the goals that a match made, or with null of the lack of them. Repeating what is known changes nothing. */
  learn(match: RatedMatch, made: MadeGoals | null): void {
    const known = this.#matches.get(match.matchId);
    if (known === undefined) {
      if (made !== null) this.#apply(match, made);
      return;
    }
    const { prior } = known;
    if (
      known.made?.home === made?.home &&
      known.made?.away === made?.away &&
      known.made?.noise === made?.noise
    )
      return;
    const moves = made === null ? nothing : movesOf(prior, made);
    this.#shift(match, difference(moves, known.moves));
    this.#matches.set(match.matchId, { prior, made, moves });
  }

  /** What both sides of a match are expected to make, without its own goals. */
  expected(match: RatedMatch): ExpectedGoals {
    const own = this.#matches.get(match.matchId)?.moves ?? nothing;
    return this.#goals(
      match,
      this.#strengthFor(match.homeTeamId, match),
      this.#strengthFor(match.awayTeamId, match),
      own,
    );
  }

  #goals({ leagueId }: RatedMatch, home: Strength, away: Strength, own: Moves): ExpectedGoals {
    const league = this.#league(leagueId);
    const [level, advantage] = [league.level - own.level, league.advantage - own.advantage];
    return {
      home: Math.exp(
        level + advantage / 2 + (home.attack - own.homeAttack) - (away.defence - own.awayDefence),
      ),
      away: Math.exp(
        level - advantage / 2 + (away.attack - own.awayAttack) - (home.defence - own.homeDefence),
      ),
    };
  }

  #apply(match: RatedMatch, made: MadeGoals): void {
    const [home, away] = [
      this.#strengthFor(match.homeTeamId, match),
      this.#strengthFor(match.awayTeamId, match),
    ];
    const expected = this.#goals(match, home, away, nothing);
    const prior: Prior = { expected, home, away };
    const [forHome, forAway] = [expected.home / made.noise, expected.away / made.noise];
    const ofHomeGoals = forHome / damping(home.attackDoubt, away.defenceDoubt, forHome);
    const ofAwayGoals = forAway / damping(away.attackDoubt, home.defenceDoubt, forAway);
    const known = (doubt: number, told: number): number => doubt - doubt * doubt * told;
    this.#place(match.homeTeamId, match, {
      ...home,
      attackDoubt: known(home.attackDoubt, ofHomeGoals),
      defenceDoubt: known(home.defenceDoubt, ofAwayGoals),
    });
    this.#place(match.awayTeamId, match, {
      ...away,
      attackDoubt: known(away.attackDoubt, ofAwayGoals),
      defenceDoubt: known(away.defenceDoubt, ofHomeGoals),
    });
    const moves = movesOf(prior, made);
    this.#shift(match, moves);
    this.#matches.set(match.matchId, { prior, made, moves });
  }

  #league(leagueId: number): League {
    return this.#leagues.get(leagueId) ?? rules;
  }

  #strengthFor(teamId: number, match: RatedMatch): Strength {
    const state = this.#teams.get(teamId);
    if (state === undefined) return this.#start(match);
    if (state.seasonStart >= match.seasonStart) return state;
    const division = this.#strengthsOf(state.leagueId, state.seasonStart);
    const { kept, summerDoubt } = rules;
    const middle = (part: 'attack' | 'defence'): number => mean(division.map((other) => other[part]));
    return {
      attack: kept * state.attack + (1 - kept) * middle('attack'),
      defence: kept * state.defence + (1 - kept) * middle('defence'),
      attackDoubt: kept * kept * state.attackDoubt + summerDoubt,
      defenceDoubt: kept * kept * state.defenceDoubt + summerDoubt,
    };
  }

  #start({ leagueId, seasonStart, level }: RatedMatch): Strength {
    const doubts = { attackDoubt: rules.doubt, defenceDoubt: rules.doubt };
    const lastSeason = this.#strengthsOf(leagueId, seasonStart - 1);
    if (lastSeason.length === 0) {
      const below = -rules.divisionStep * (level - 1);
      return { attack: below, defence: below, ...doubts };
    }
    return {
      attack: mean(lastSeason.map(({ attack }) => attack)) - rules.newcomer,
      defence: mean(lastSeason.map(({ defence }) => defence)) - rules.newcomer,
      ...doubts,
    };
  }

  /** The present strengths of the teams that a division had in a season. */
  #strengthsOf(leagueId: number, seasonStart: number): TeamState[] {
    const teams = this.#divisions.get(leagueId)?.get(seasonStart) ?? [];
    return [...teams].flatMap((teamId) => this.#teams.get(teamId) ?? []);
  }

  #place(teamId: number, match: RatedMatch, strength: Strength): void {
    const before = this.#teams.get(teamId);
    // A result of an older season that is learnt late leaves the team in the season it has reached.
    const { leagueId, seasonStart } =
      before !== undefined && before.seasonStart > match.seasonStart ? before : match;
    this.#teams.set(teamId, { ...strength, leagueId, seasonStart });
    const seasons = this.#divisions.get(match.leagueId) ?? new Map<number, Set<number>>();
    const teams = seasons.get(match.seasonStart) ?? new Set<number>();
    this.#divisions.set(match.leagueId, seasons.set(match.seasonStart, teams.add(teamId)));
  }

  #shift({ homeTeamId, awayTeamId, leagueId }: RatedMatch, moves: Moves): void {
    this.#shiftTeam(homeTeamId, moves.homeAttack, moves.homeDefence);
    this.#shiftTeam(awayTeamId, moves.awayAttack, moves.awayDefence);
    const { level, advantage } = this.#league(leagueId);
    this.#leagues.set(leagueId, { level: level + moves.level, advantage: advantage + moves.advantage });
  }

  #shiftTeam(teamId: number, attack: number, defence: number): void {
    const state = this.#teams.get(teamId);
    if (state === undefined) return;
    this.#teams.set(teamId, { ...state, attack: state.attack + attack, defence: state.defence + defence });
  }
}
