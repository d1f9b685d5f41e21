import type { Instant, Season } from '../../schemas/values.js';
import { instant, seasonOfStartYear } from '../../schemas/values.js';
import { seasonYearAt } from '../league/calendar.js';
import type { League } from '../league/league.js';
import { createLeague } from '../league/league.js';
import { randomStream } from '../random.js';
import type { Absence } from './injuries.js';
import { absencesFrom, injuriesOf } from './injuries.js';
import type { LineUp } from './line-ups.js';
import { chooseLineUp } from './line-ups.js';
import type { Side } from './match-event.js';
import type { MatchLife } from './match-life.js';
import { livesOf } from './match-life.js';
import type { MatchState } from './match-state.js';
import { stateAt } from './match-state.js';
import type { Squad } from './squads.js';
import { squadOf } from './squads.js';
import type { Venue } from './venues.js';
import { venueOf } from './venues.js';
import { WeatherOfSeed } from './weather.js';

/** A club of the competition. */
export interface Club {
  /** Its place in the league's list, from 0. */
  readonly index: number;
  readonly name: string;
  readonly venue: Venue;
  readonly squad: Squad;
}

/** A league whose matches have lives: they move, are put off, played minute by minute, corrected. Pure: seed and instant decide all. */
export interface Competition {
  readonly seed: number;
  /** As it was planned; what became of it is told by the lives. */
  readonly league: League;
  readonly clubs: readonly Club[];
  readonly weather: WeatherOfSeed;
  /** Throws a RangeError for a name that no club bears. */
  readonly club: (name: string) => Club;
  /** The seasons that are told of at an instant, oldest first: two that are over, and those announced since. */
  readonly seasonsAt: (at: Instant) => readonly Season[];
  /** The lives of a season's matches, in the order of the planned kick-offs. */
  readonly lives: (season: Season) => readonly MatchLife[];
  /** Undefined where there is no such match. */
  readonly life: (id: number) => MatchLife | undefined;
  /** The matches of the seasons told at an instant that are announced, as they stand. */
  readonly statesAt: (at: Instant) => readonly MatchState[];
  /** Who misses a match, as it is known at an instant. */
  readonly absences: (state: MatchState, side: Side, at: Instant) => readonly Absence[];
  readonly lineUp: (state: MatchState, side: Side) => LineUp;
}

/** Before any line-up is published. */
const lineUpLead = 66 * 60_000;
const seasonsBefore = 2;
/** The league's strengths begin in 1990. */
const firstYear = 1991;
const announcementMonth = 6;

/** Makes the competition of a seed. Before 1991 it has no season. */
export function createCompetition(seed: number, now: Instant): Competition {
  const league = createLeague({ seed, now });
  const clubs = league.clubs.map((name, index): Club => ({
    index,
    name,
    venue: venueOf(index),
    squad: squadOf(seed, index),
  }));
  const byName = new Map(clubs.map((club) => [club.name, club]));
  const club = (name: string): Club => {
    const found = byName.get(name);
    if (found === undefined) throw new RangeError(`The league has no club ${name}.`);
    return found;
  };

  const lives = remembered((season: Season) => livesOf(seed, league.matches(season), league.truth.report));
  const injuries = remembered((season: Season) =>
    clubs.map(({ index, squad }) => injuriesOf(seed, index, season, squad)),
  );
  const sideOf = ({ life }: MatchState, side: Side): Club => club(life.match[side]);
  const absences = (state: MatchState, side: Side, at: Instant): readonly Absence[] => {
    const ofClub = injuries(state.life.match.season)[sideOf(state, side).index] ?? [];
    return absencesFrom(ofClub, state.kickOff, at);
  };
  const seasonsAt = (at: Instant): readonly Season[] => {
    const running = seasonYearAt(at);
    const isAnnounced =
      new Date(at).getUTCFullYear() > running && new Date(at).getUTCMonth() + 1 >= announcementMonth;
    const newest = isAnnounced ? running + 1 : running;
    return Array.from({ length: seasonsBefore + 1 }, (_, index) => newest - seasonsBefore + index)
      .filter((year) => year >= firstYear)
      .map(seasonOfStartYear);
  };

  return {
    seed,
    league,
    clubs,
    weather: new WeatherOfSeed(seed),
    club,
    seasonsAt,
    lives,
    life: (id) => {
      const year = Math.floor(id / 1000);
      return year < firstYear || year > lastYear
        ? undefined
        : lives(seasonOfStartYear(year))[(id % 1000) - 1];
    },
    statesAt: (at) =>
      seasonsAt(at)
        .flatMap(lives)
        .flatMap((life) => stateAt(life, at) ?? []),
    absences,
    lineUp: (state, side) => {
      const { season, home } = state.life.match;
      // Whoever is hurt later was named all the same.
      const namedAt = instant(state.kickOff - lineUpLead);
      const random = randomStream(seed, season, 'line-up', state.life.id, state.kickOff, side, home);
      return chooseLineUp(sideOf(state, side).squad, absences(state, side, namedAt), random);
    },
  };
}

const lastYear = 2200;

function remembered<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
