import type { Instant, Season } from '../../schemas/values.js';
import { instant, seasonOfStartYear, seasonStartYear } from '../../schemas/values.js';
import type { MatchPrices } from '../market/prices.js';
import { priceMatch } from '../market/prices.js';
import { randomStream } from '../random.js';
import type { KickOff } from './calendar.js';
import { seasonCalendar, seasonYearAt } from './calendar.js';
import { clubsInALeague, clubsOf } from './clubs.js';
import type { MatchReport } from './match-report.js';
import { playMatch } from './match-report.js';
import { doubleRoundRobin } from './pairings.js';
import type { ExpectedGoals, OutcomeProbabilities } from './score-grid.js';
import { outcomeProbabilities, scoreGrid } from './score-grid.js';
import type { Strength } from './strengths.js';
import { firstSeasonYear, strengthHistory } from './strengths.js';

/** A match as the calendar and the market show it. What will happen in it is the truth's to say. */
export interface SimulatedMatch {
  readonly code: string;
  readonly season: Season;
  /** From 1. */
  readonly round: number;
  readonly kickOff: KickOff;
  readonly home: string;
  readonly away: string;
  readonly prices: MatchPrices;
}

/** What only the simulator knows. */
export interface Truth {
  readonly expectedGoals: (match: SimulatedMatch) => ExpectedGoals;
  readonly probabilities: (match: SimulatedMatch) => OutcomeProbabilities;
  /** The report of any match, also of one that is still to be played. */
  readonly report: (match: SimulatedMatch) => MatchReport;
  /** A club's strength in a round (from 1). */
  readonly strength: (club: string, season: Season, round: number) => Strength;
}

/** A league that never was, as it stands at `now`. */
export interface League {
  readonly code: string;
  readonly now: Instant;
  readonly clubs: readonly string[];
  /** The seasons it has files for, oldest first; each has at least one match played. */
  readonly seasons: readonly Season[];
  readonly truth: Truth;
  /** Every match of a season in the order of kick-offs, played or not. */
  readonly matches: (season: Season) => readonly SimulatedMatch[];
  /** The matches of a season whose result is known at `now`. */
  readonly played: (season: Season) => readonly SimulatedMatch[];
  /** The matches that kick off in the two weeks after `now`; where there is none, the next round. */
  readonly upcoming: () => readonly SimulatedMatch[];
  /** When what is known of the results of a season last changed; 0 where none is. */
  readonly resultsChangedAt: (season: Season) => Instant;
  /** When the coming matches last changed: one was listed, moved or begun. */
  readonly upcomingChangedAt: () => Instant;
}

export interface LeagueOptions {
  readonly seed: number;
  /** Decides which matches are played, and nothing else: a later `now` adds matches to the same history. */
  readonly now: Instant;
  /** How many seasons have files; 3 where it is not given. */
  readonly seasons?: number;
  /** The division's code; `SIM` where it is not given. */
  readonly code?: string;
}

const hour = 3_600_000;
const day = 24 * hour;
/** A match ends this long after its kick-off. */
export const resultDelay = 2.5 * hour;
/** How far ahead the coming matches are listed. */
export const fixturesAhead = 14 * day;

const goalsASide = 1.31;
const homeAdvantage = 0.14;

interface TrueMatch {
  readonly match: SimulatedMatch;
  readonly expected: ExpectedGoals;
}

/** Makes the league of a seed. Throws a RangeError where a season before 1990-91 would be needed. */
export function createLeague(options: LeagueOptions): League {
  const { seed, now, seasons: seasonCount = 3, code = 'SIM' } = options;
  const clubs = clubsOf(seed, code);
  const strengths = Array.from({ length: clubsInALeague }, (_, club) => strengthHistory(seed, code, club));
  const strengthAt = (club: number, seasonYear: number, round: number): Strength => {
    const history = strengths[club];
    if (history === undefined) throw new RangeError(`The league ${code} has no club ${club}.`);
    return history(seasonYear, round);
  };

  function simulateSeason(year: number): readonly TrueMatch[] {
    if (year < firstSeasonYear) throw new RangeError(`The league ${code} begins in ${firstSeasonYear}.`);
    const calendar = seasonCalendar(year);
    const draw = doubleRoundRobin(clubsInALeague, randomStream(seed, code, year, 'pairings'));
    return draw
      .flatMap((pairings, round) =>
        pairings.map(({ home, away }, place): TrueMatch => {
          const kickOff = calendar[round]?.[place];
          if (kickOff === undefined) throw new RangeError(`The calendar has no round ${round + 1}.`);
          const hosts = strengthAt(home, year, round);
          const guests = strengthAt(away, year, round);
          const expected = {
            home: goalsASide * Math.exp(homeAdvantage + hosts.attack - guests.defence),
            away: goalsASide * Math.exp(-homeAdvantage + guests.attack - hosts.defence),
          };
          let prices: MatchPrices | undefined;
          const match: SimulatedMatch = {
            code,
            season: seasonOfStartYear(year),
            round: round + 1,
            kickOff,
            home: clubs[home] ?? '',
            away: clubs[away] ?? '',
            // Most of the time that a season takes: drawn when they are asked for.
            get prices() {
              prices ??= priceMatch(randomStream(seed, code, year, 'prices', round, place), expected);
              return prices;
            },
          };
          return { match, expected };
        }),
      )
      .sort((a, b) => a.match.kickOff.instant - b.match.kickOff.instant);
  }

  const simulated = new Map<number, readonly TrueMatch[]>();
  const seasonOf = (year: number): readonly TrueMatch[] => {
    const matches = simulated.get(year) ?? simulateSeason(year);
    simulated.set(year, matches);
    return matches;
  };
  const matches = (season: Season): readonly SimulatedMatch[] =>
    seasonOf(seasonStartYear(season)).map(({ match }) => match);
  const played = (season: Season): readonly SimulatedMatch[] =>
    matches(season).filter(({ kickOff }) => kickOff.instant + resultDelay <= now);

  const expectedGoals = (match: SimulatedMatch): ExpectedGoals => {
    const found = seasonOf(seasonStartYear(match.season)).find(
      (candidate) => candidate.match.home === match.home && candidate.match.away === match.away,
    );
    if (found === undefined) throw new RangeError(`The league ${code} has no ${match.home} v ${match.away}.`);
    return found.expected;
  };

  const upcoming = (): readonly SimulatedMatch[] => {
    const ahead = [runningYear, runningYear + 1]
      .flatMap((year) => matches(seasonOfStartYear(year)))
      .filter(({ kickOff }) => kickOff.instant > now);
    const soon = ahead.filter(({ kickOff }) => kickOff.instant <= now + fixturesAhead);
    const next = ahead[0];
    return soon.length > 0 || next === undefined
      ? soon
      : ahead.filter(({ season, round }) => season === next.season && round === next.round);
  };

  const runningYear = seasonYearAt(now);
  const lastYear = played(seasonOfStartYear(runningYear)).length > 0 ? runningYear : runningYear - 1;

  const seasons = Array.from({ length: seasonCount }, (_, index) =>
    seasonOfStartYear(lastYear - seasonCount + 1 + index),
  );

  return {
    code,
    now: instant(now),
    clubs,
    seasons,
    truth: {
      expectedGoals,
      probabilities: (match) => outcomeProbabilities(scoreGrid(expectedGoals(match))),
      report: (match) => {
        const expected = expectedGoals(match);
        const random = randomStream(seed, code, match.season, 'match', match.home, match.away);
        return playMatch(seed, random, expected, scoreGrid(expected));
      },
      strength: (club, season, round) => strengthAt(clubs.indexOf(club), seasonStartYear(season), round - 1),
    },
    matches,
    played,
    upcoming,
    resultsChangedAt: (season) => latest(played(season).map(({ kickOff }) => kickOff.instant + resultDelay)),
    // A match enters the list two weeks ahead and leaves it at kick-off: the latest of either is the last change.
    upcomingChangedAt: () =>
      latest([
        ...upcoming().map(({ kickOff }) => Math.min(kickOff.instant - fixturesAhead, now)),
        ...seasons
          .flatMap(matches)
          .map(({ kickOff }) => kickOff.instant)
          .filter((kickOff) => kickOff <= now),
      ]),
  };
}

const latest = (times: readonly number[]): Instant => instant(Math.max(0, ...times));
