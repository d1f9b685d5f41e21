import type { CalendarDate } from '../../../schemas/values.js';
import { matchesOfSeason } from '../seasons.js';

/** What is known of a season's file that goes on. */
export interface RunningFile {
  /** Our code, `E0`. */
  readonly league: string;
  readonly today: CalendarDate;
  /** The last day of which it has a match. */
  readonly newest: CalendarDate;
  readonly teams: number;
  readonly matches: number;
  /** The days of the matches of the season before, a day for each match. */
  readonly daysBefore: readonly CalendarDate[];
}

/** A season with all of its matches but so many has ended, whenever the one before did. */
const mostNeverPlayed = 2;
/** A year later the same weekday. */
const yearInDays = 364;
/** A file may come some days late. */
const mostDaysLate = 4;
/** So many rounds are more than a break for cups and countries that lies elsewhere than a year before. */
const roundsMissing = 3;
const fewestDays = 14;
const day = 86_400_000;

const shifted = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * day).toISOString().slice(0, 10);

/**
 * Why a file that should grow looks as if it stood still, undefined where it does not: nothing newer, for days in which three rounds or more were played a
 * year before. Nothing is said where the season before is not known.
 */
export function staleness({
  league,
  today,
  newest,
  teams,
  matches,
  daysBefore,
}: RunningFile): string | undefined {
  if (matches >= matchesOfSeason({ league, teams }).least - mostNeverPlayed) return undefined;
  const [from, to] = [shifted(newest, -yearInDays), shifted(today, -mostDaysLate - yearInDays)];
  const due = daysBefore.filter((date) => date > from && date <= to).length;
  if (due < (roundsMissing * teams) / 2 || shifted(newest, fewestDays) > today) return undefined;
  return `its newest match is of ${newest}, and in the days since then ${due} matches were played a year before`;
}
