import { dateIn, instantIn, london, shiftDate, weekdayOf } from '../../domain/clock/zones.js';
import type { CalendarDate, Instant } from '../../schemas/values.js';
import { TimeOfDay, instant, seasonStartYear } from '../../schemas/values.js';
import type { SimulatedMatch } from '../league/league.js';
import type { Random } from '../random.js';
import type { MatchEvent } from './match-event.js';
import type { Turn } from './turns.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The fixtures of a season are announced on 15 June before it. */
const announcementOf = ({ season }: SimulatedMatch): Instant =>
  instant(Date.UTC(seasonStartYear(season), 5, 15, 8));

/** Slots of a weekend that television likes: the day counted from Saturday, and the time. */
const televised = [
  { day: -1, time: TimeOfDay.parse('20:00') },
  { day: 0, time: TimeOfDay.parse('12:30') },
  { day: 0, time: TimeOfDay.parse('20:00') },
  { day: 1, time: TimeOfDay.parse('12:00') },
  { day: 1, time: TimeOfDay.parse('19:00') },
];
const evening = TimeOfDay.parse('19:45');

/** On which dates each club plays. Filled as matches are put off, so that none plays twice within two days. */
export class BusyDays {
  readonly #dates = new Map<string, Set<CalendarDate>>();

  constructor(matches: readonly SimulatedMatch[]) {
    for (const match of matches) this.add(match, match.kickOff.date);
  }

  add({ home, away }: SimulatedMatch, date: CalendarDate): void {
    for (const club of [home, away]) {
      const dates = this.#dates.get(club) ?? new Set();
      this.#dates.set(club, dates.add(date));
    }
  }

  /** The first Tuesday to Thursday from a date on which neither club plays the day before, that day or the day after. */
  firstFree({ home, away }: SimulatedMatch, from: CalendarDate): CalendarDate {
    const isFree = (date: CalendarDate): boolean =>
      [home, away].every((club) =>
        [-1, 0, 1].every((days) => this.#dates.get(club)?.has(shiftDate(date, days)) !== true),
      );
    let date = from;
    while (weekdayOf(date) < 2 || weekdayOf(date) > 4 || !isFree(date)) date = shiftDate(date, 1);
    return date;
  }
}

/**
 * What becomes known of a match's kick-off, from the announcement of the season's fixtures on, in order. A match that is put off gets a
 * new date, which is then taken in `busy`.
 */
export function kickOffEvents(
  match: SimulatedMatch,
  turn: Turn,
  random: Random,
  busy: BusyDays,
): readonly MatchEvent[] {
  const planned = match.kickOff.instant;
  const between = (least: number, most: number): number =>
    Math.round((least + (most - least) * random.uniform()) / 1000) * 1000;
  const before = (least: number, most: number): Instant => instant(planned - between(least, most));
  const announced: MatchEvent = {
    at: announcementOf(match),
    kind: 'announced',
    kickOff: planned,
    precision: 'minute',
  };
  const moved = (at: Instant, kickOff: Instant): MatchEvent => ({ at, kind: 'moved', kickOff });
  const postponed = (at: Instant): readonly MatchEvent[] => {
    const rearrangedAt = instant(planned + between(2 * day, 8 * day));
    const date = busy.firstFree(match, dateIn(london, instant(rearrangedAt + 8 * day)));
    busy.add(match, date);
    return [announced, { at, kind: 'postponed' }, moved(rearrangedAt, instantIn(london, date, evening))];
  };

  switch (turn) {
    case 'moved for television':
      return [announced, moved(before(21 * day, 42 * day), televisedKickOff(match, random))];
    case 'moved on the day':
      return [
        announced,
        moved(before(1.5 * hour, 4 * hour), instant(planned + 15 * minute * (1 + random.below(4)))),
      ];
    case 'moved ten times':
      return [announced, ...tenMoves(planned, random)];
    case 'time announced late':
      return [
        { ...announced, kickOff: instant(Date.parse(match.kickOff.date)), precision: 'day' },
        moved(before(9 * day, 10 * day), planned),
      ];
    case 'postponed':
      return postponed(before(day, 3 * day));
    case 'postponed on the day':
      return postponed(before(0.5 * hour, 5 * hour));
    case 'cancelled':
      return [announced, { at: before(day, 5 * day), kind: 'cancelled' }];
    case 'plain':
    case 'abandoned and awarded':
    case 'goal taken back':
    case 'result corrected':
      return [announced];
  }
}

/** Another slot of the weekend; a match of the week stays on its day, half an hour later. */
function televisedKickOff({ kickOff }: SimulatedMatch, random: Random): Instant {
  const weekday = weekdayOf(kickOff.date);
  const slot = televised[random.below(televised.length)];
  if (weekday < 6 || slot === undefined) return instant(kickOff.instant + hour / 2);
  const at = instantIn(london, shiftDate(kickOff.date, 6 - weekday + slot.day), slot.time);
  return at === kickOff.instant ? instant(at + hour / 2) : at;
}

/** Ten moves from ten days to three hours before the first kick-off, an hour earlier to two hours later, none to where it stands. */
function tenMoves(planned: Instant, random: Random): readonly MatchEvent[] {
  let halfHours = 0;
  return Array.from({ length: 10 }, (_, index): MatchEvent => {
    const others = [-2, -1, 0, 1, 2, 3, 4].filter((candidate) => candidate !== halfHours);
    halfHours = others[random.below(others.length)] ?? 0;
    const at = instant(planned - 3 * hour - Math.round(10 * day * 0.5 ** index));
    return { at, kind: 'moved', kickOff: instant(planned + (halfHours * hour) / 2) };
  });
}
