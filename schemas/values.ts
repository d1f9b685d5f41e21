import { z } from 'zod';

/** An instant: milliseconds since 1970-01-01T00:00:00Z. Every instant in the house is UTC. */
export const Instant = z.number().int().brand<'Instant'>();
export type Instant = z.infer<typeof Instant>;

/** Brands epoch milliseconds as an {@link Instant}. Throws a ZodError unless it is a whole number. */
export const instant = (epochMilliseconds: number): Instant => Instant.parse(epochMilliseconds);

// Made once: it costs several times what it is used for.
const IsoInstant = z.iso.datetime({ offset: true });

/** Parses an ISO-8601 text with a zone or `Z`. Throws a ZodError on anything else. */
export const instantFromIso = (text: string): Instant => Instant.parse(Date.parse(IsoInstant.parse(text)));

/** ISO-8601 with `Z` and milliseconds. */
export const toIso = (value: Instant): string => new Date(value).toISOString();

/** A decimal price: the amount returned for a stake of one. */
export const Price = z.number().positive().brand<'Price'>();
export type Price = z.infer<typeof Price>;

/** A calendar date, `2021-08-13`, without a zone. */
export const CalendarDate = z.iso.date().brand<'CalendarDate'>();
export type CalendarDate = z.infer<typeof CalendarDate>;

/** A wall-clock time of day, `20:00`, without a zone. */
export const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
  .brand<'TimeOfDay'>();
export type TimeOfDay = z.infer<typeof TimeOfDay>;

/** A season as it is printed: `2021-22`. */
export const Season = z
  .string()
  .regex(/^\d{4}-\d{2}$/, 'a season is written 2021-22')
  .brand<'Season'>();
export type Season = z.infer<typeof Season>;

const seasonStarting = (year: number): Season =>
  Season.parse(`${year}-${String((year + 1) % 100).padStart(2, '0')}`);

/** Accepts `2122` or `2021-22`; returns the printed form, or undefined where the text is neither. */
export function parseSeason(text: string): Season | undefined {
  const short = /^(\d{2})(\d{2})$/.exec(text);
  const long = /^(\d{4})-(\d{2})$/.exec(text);
  const years = short ?? long;
  if (years?.[1] === undefined || years[2] === undefined) return undefined;
  const start = Number(years[1]);
  // Two digits: the files begin in 1993, so 93..99 is the old century.
  const fullStart = short ? (start >= 90 ? 1900 + start : 2000 + start) : start;
  return (fullStart + 1) % 100 === Number(years[2]) ? seasonStarting(fullStart) : undefined;
}

/** `2021-22` → `2122`, as football-data.co.uk names its folders. */
export const seasonFolder = (season: Season): string => season.slice(2, 4) + season.slice(5, 7);

/** The year in which a season begins: 2021 for `2021-22`. */
export const seasonStartYear = (season: Season): number => Number(season.slice(0, 4));

/** The season that begins in the given year. */
export const seasonOfStartYear = (year: number): Season => seasonStarting(year);

export const KnownAtBasis = z.enum(['observed', 'estimated']);
export type KnownAtBasis = z.infer<typeof KnownAtBasis>;

export const KickoffPrecision = z.enum(['minute', 'day']);
export type KickoffPrecision = z.infer<typeof KickoffPrecision>;

export const MatchStatus = z.enum(['scheduled', 'live', 'completed', 'postponed', 'cancelled', 'abandoned']);
export type MatchStatus = z.infer<typeof MatchStatus>;

export const MarketType = z.enum(['1x2', 'over_under', 'asian_handicap']);
export type MarketType = z.infer<typeof MarketType>;

export const QuoteKind = z.enum(['book', 'exchange', 'aggregate']);
export type QuoteKind = z.infer<typeof QuoteKind>;

export const PricePhase = z.enum(['prematch', 'closing', 'live']);
export type PricePhase = z.infer<typeof PricePhase>;

/** The three results, in the class order that every model stores: 0 away, 1 draw, 2 home. */
export const Outcome = z.enum(['away', 'draw', 'home']);
export type Outcome = z.infer<typeof Outcome>;
export const outcomesInClassOrder = Outcome.options;
