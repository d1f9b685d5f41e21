import type { CollectedMatch } from '../../schemas/records/collected-match.js';
import {
  CalendarDate,
  instant,
  TimeOfDay,
  type Instant,
  type KickoffPrecision,
} from '../../schemas/values.js';
import { kickoffOf, type Kickoff } from '../clock/kickoff.js';
import { isZone } from '../clock/zones.js';
import type { Hold } from './check-match.js';
import type { Reading } from './reading.js';
import { shown } from './reading.js';

/** CON-10: no match of ours began before; the files begin in 1993. */
export const oldestKickoff = Date.UTC(1990, 0, 1);
/** A later one is a count of milliseconds taken for seconds, or the other way round. */
export const latestKickoff = Date.UTC(2100, 0, 1);

const isBelievable = (at: number): boolean => at > oldestKickoff && at < latestKickoff;

/**
 * COR-8: the kick-off of a collected match, or why it has none: a match without one is held, since nothing of it could be placed in time.
 * @throws InvariantBroken when the league's own zone is not one
 */
export function cleanKickoff(match: CollectedMatch, leagueZone: string): Kickoff | Hold {
  const { date, time, timeZone } = match;
  if (!isZone(timeZone)) return { field: 'timeZone', reason: `${shown(timeZone)} is not an IANA zone` };
  if (!CalendarDate.safeParse(date).success) return { field: 'date', reason: `${shown(date)} is not a date` };
  const kickoff = kickoffOf(match, leagueZone);
  if (isBelievable(kickoff.at)) return kickoff;
  const written = time === null ? date : `${date} ${time}`;
  return { field: 'date', reason: `The kick-off ${written} is outside the years 1990 to 2099` };
}

/** An instant as a text gave it: with precision `day`, the first of that day in the zone. */
export interface ReadKickoff {
  readonly at: Instant;
  readonly precision: KickoffPrecision;
}

/**
 * CLN-1: a kick-off from what providers write, as UTC: ISO-8601 with or without `Z` or an offset (`2021-08-13T20:00:00+01:00`, `2021-08-13 20:00`),
 * day first (`13/08/2021 20:00`, `13.08.21`), with the month's name (`Fri, 13 Aug 2021 19:00:00 GMT`), seconds or milliseconds since 1970.
 * @param zone the IANA zone of a time that states no offset, and of a day without a time
 */
export function parseKickoff(value: unknown, zone: string): Reading<ReadKickoff> {
  if (!isZone(zone)) return { reason: `${shown(zone)} is not an IANA zone` };
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  const parts = epochOf(text) ?? isoParts(text) ?? dayFirstParts(text) ?? namedMonthParts(text);
  if (parts === undefined) return { reason: `${shown(value)} is not a time of a form that we know` };
  const read =
    typeof parts === 'number' ? { at: parts, precision: 'minute' as const } : readParts(parts, zone);
  if (read === undefined) return { reason: `${shown(value)} is not a time of the calendar` };
  if (!isBelievable(read.at)) return { reason: `${shown(value)} is outside the years 1990 to 2099` };
  return { value: { at: instant(read.at), precision: read.precision } };
}

interface TimeParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly clock: string | undefined;
  readonly seconds: string | undefined;
  /** `Z`, `GMT`, `+01:00`; undefined where the zone has to say. */
  readonly offset: string | undefined;
}

function readParts(
  { year, month, day, clock, seconds, offset }: TimeParts,
  zone: string,
): { readonly at: number; readonly precision: KickoffPrecision } | undefined {
  const date = CalendarDate.safeParse(`${fullYear(year)}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  if (!date.success) return undefined;
  if (clock === undefined) {
    return { at: kickoffOf({ date: date.data, time: null, timeZone: zone }, zone).at, precision: 'day' };
  }
  const time = TimeOfDay.safeParse(clock.padStart(5, '0'));
  if (!time.success || Number(seconds ?? 0) > 59) return undefined;
  const past = Number(seconds ?? 0) * 1000;
  if (offset === undefined) {
    return {
      at: kickoffOf({ date: date.data, time: time.data, timeZone: zone }, zone).at + past,
      precision: 'minute',
    };
  }
  const at = Date.parse(`${date.data}T${time.data}:00${isoOffset(offset)}`) + past;
  return Number.isNaN(at) ? undefined : { at, precision: 'minute' };
}

/** The files begin in 1993. */
const fullYear = (digits: string): string =>
  digits.length === 4 ? digits : Number(digits) >= 93 ? `19${digits}` : `20${digits}`;

const isoOffset = (offset: string): string =>
  /^(z|utc|gmt)$/i.test(offset) ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(-2)}`;

/** Ten digits are seconds, thirteen milliseconds (eleven and fewer before September 2001). */
function epochOf(text: string): number | undefined {
  if (!/^\d{9,13}$/.test(text)) return undefined;
  return text.length <= 10 ? Number(text) * 1000 : Number(text);
}

const clockPart = String.raw`(\d{1,2}:\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?`;
const offsetPart = String.raw`(?:\s*(z|utc|gmt|[+-]\d{2}:?\d{2}))?`;
const isoForm = new RegExp(
  String.raw`^(\d{4})-(\d{1,2})-(\d{1,2})(?:[t\s]+${clockPart}${offsetPart})?$`,
  'i',
);
const dayFirstForm = new RegExp(
  String.raw`^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[,\s]+${clockPart}${offsetPart})?$`,
  'i',
);
const namedMonthForm = new RegExp(
  String.raw`^(?:[a-z]{3,9}\.?,?\s+)?(\d{1,2})[\s-]([a-z]{3,9})\.?[\s-](\d{4})(?:[,\s]+${clockPart}${offsetPart})?$`,
  'i',
);

function isoParts(text: string): TimeParts | undefined {
  const [, year, month, day, clock, seconds, offset] = isoForm.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return { year, month, day, clock, seconds, offset };
}

function dayFirstParts(text: string): TimeParts | undefined {
  const [, day, , month, year, clock, seconds, offset] = dayFirstForm.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  return { year, month, day, clock, seconds, offset };
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function namedMonthParts(text: string): TimeParts | undefined {
  const [, day, name, year, clock, seconds, offset] = namedMonthForm.exec(text) ?? [];
  if (year === undefined || name === undefined || day === undefined) return undefined;
  const month = monthNames.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  return month === 0 ? undefined : { year, month: String(month), day, clock, seconds, offset };
}
