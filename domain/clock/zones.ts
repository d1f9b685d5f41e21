import { DateTime, IANAZone } from 'luxon';
import { InvariantBroken } from '../../schemas/errors.js';
import type { Instant, TimeOfDay } from '../../schemas/values.js';
import { CalendarDate, instant } from '../../schemas/values.js';

/** Where football-data.co.uk keeps its clock, whatever the league. */
export const london = 'Europe/London';

/** A calendar day in a zone: its first and last instants. Days of 23 and 25 hours included. */
export interface ZonedDay {
  readonly first: Instant;
  /** One millisecond before the next day begins. */
  readonly last: Instant;
}

const knownZones = new Map<string, boolean>();

/** Whether the text names an IANA zone; an offset (`+01:00`, `UTC+1`) is none. */
export function isZone(text: string): boolean {
  const known = knownZones.get(text);
  if (known !== undefined) return known;
  const answer = /^[A-Za-z]+(\/[A-Za-z_+-]+[0-9]*)*$/.test(text) && IANAZone.isValidZone(text);
  if (knownZones.size < mostZones) knownZones.set(text, answer);
  return answer;
}

/** There are some 600; garbage must not fill the memory. */
const mostZones = 2_000;
const minute = 60_000;
const dayLength = 24 * 60 * minute;
const daysByZone = new Map<string, Map<CalendarDate, ZonedDay>>();

/**
 * The first and last instants of a day in an IANA zone. Remembered, since a season has few days and many matches.
 * @throws InvariantBroken when the zone is not one
 */
export function dayIn(zone: string, date: CalendarDate): ZonedDay {
  let days = daysByZone.get(zone);
  if (days === undefined) daysByZone.set(zone, (days = new Map<CalendarDate, ZonedDay>()));
  const known = days.get(date);
  if (known !== undefined) return known;

  const start = DateTime.fromISO(date, { zone }).startOf('day');
  if (!start.isValid)
    throw new InvariantBroken(`${zone} is not an IANA zone`, { object: `${date} in ${zone}` });
  const day = {
    first: instant(start.toMillis()),
    last: instant(start.plus({ days: 1 }).startOf('day').toMillis() - 1),
  };
  days.set(date, day);
  return day;
}

/**
 * The instant at which a clock in the zone shows this date and time. Of a time that the clock shows twice, the first; a time that it
 * skips is read as if it had not been put forward.
 * @throws InvariantBroken when the zone is not one
 */
export function instantIn(zone: string, date: CalendarDate, time: TimeOfDay): Instant {
  const { first, last } = dayIn(zone, date);
  const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
  const asTheDayBegan = instant(first + minutes * minute);
  if (last - first + 1 === dayLength) return asTheDayBegan;
  const asTheDayEnds = instant(last + 1 - dayLength + minutes * minute);
  const shows = (at: Instant): string => DateTime.fromMillis(at, { zone }).toFormat('HH:mm');
  return shows(asTheDayBegan) !== time && shows(asTheDayEnds) === time ? asTheDayEnds : asTheDayBegan;
}

/** The date that a clock in the zone shows at this instant. */
export const dateIn = (zone: string, at: Instant): CalendarDate =>
  CalendarDate.parse(DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd'));

/** The date so many days later (or earlier). */
export const shiftDate = (date: CalendarDate, days: number): CalendarDate =>
  CalendarDate.parse(new Date(Date.parse(date) + days * dayLength).toISOString().slice(0, 10));

/** Monday is 1, Sunday 7. */
export const weekdayOf = (date: CalendarDate): number => new Date(date).getUTCDay() || 7;

export const earlierOf = (a: Instant, b: Instant): Instant => (a <= b ? a : b);
export const laterOf = (a: Instant, b: Instant): Instant => (a >= b ? a : b);
