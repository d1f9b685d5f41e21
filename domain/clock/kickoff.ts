import type { CalendarDate, Instant, KickoffPrecision } from '../../schemas/values.js';
import { TimeOfDay, instant } from '../../schemas/values.js';
import { dateIn, dayIn, earlierOf, instantIn, london, shiftDate, weekdayOf } from './zones.js';

/** When a match starts, as its source knows it, and what follows for its prices and result (design sections 4 and 11). */
export interface Kickoff {
  /** With precision `day`: the first instant of that day in the league's zone. */
  readonly at: Instant;
  readonly precision: KickoffPrecision;
  /** When the result can be known: 2 h 30 after kick-off, or the last instant of the day. */
  readonly resultKnownAt: Instant;
  /** When football-data.co.uk took its pre-match prices, by {@link priceCollection}; always before kick-off. */
  readonly prematchPricedAt: Instant;
}

/** A match's day, perhaps its time, and the zone in which the source's clock and the league's stand. */
export interface KickoffStatement {
  readonly date: CalendarDate;
  readonly time: TimeOfDay | null;
  readonly timeZone: string;
}

const hour = 3_600_000;
const resultDelay = 2.5 * hour;
const priceLead = 2 * hour;
const cutoffLead = hour;

/**
 * The kick-off of a match and the times that follow from it.
 * @throws InvariantBroken when a zone is not an IANA zone
 */
export function kickoffOf({ date, time, timeZone }: KickoffStatement, leagueZone: string): Kickoff {
  if (time === null) {
    const { first, last } = dayIn(leagueZone, date);
    return {
      at: first,
      precision: 'day',
      resultKnownAt: last,
      prematchPricedAt: earlierOf(priceCollection(date), instant(first - priceLead)),
    };
  }
  const at = instantIn(timeZone, date, time);
  const rule = priceCollection(timeZone === london ? date : dateIn(london, at));
  return {
    at,
    precision: 'minute',
    resultKnownAt: instant(at + resultDelay),
    prematchPricedAt: rule < at ? rule : instant(at - priceLead),
  };
}

const midweekCollection = { weekday: 2, time: TimeOfDay.parse('15:00') };
const weekendCollection = { weekday: 5, time: TimeOfDay.parse('17:00') };
const collections = new Map<CalendarDate, Instant>();

/**
 * When football-data.co.uk collects the prices of a day's matches: Friday 17:00 London for Friday to Monday, Tuesday 15:00 London for
 * Tuesday to Thursday.
 */
export function priceCollection(date: CalendarDate): Instant {
  const known = collections.get(date);
  if (known !== undefined) return known;
  const weekday = weekdayOf(date);
  const collection = weekday >= 2 && weekday <= 4 ? midweekCollection : weekendCollection;
  const day = shiftDate(date, -((weekday - collection.weekday + 7) % 7));
  const at = instantIn(london, day, collection.time);
  collections.set(date, at);
  return at;
}

/** The instant as of which a match's features are taken: one hour before kick-off. */
export const cutoffOf = (kickoff: Instant): Instant => instant(kickoff - cutoffLead);
