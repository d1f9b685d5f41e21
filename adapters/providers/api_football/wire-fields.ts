import { z } from 'zod';
import type { Goals, Side } from '../../../schemas/records/live.js';
import { CalendarDate, instant, type Instant } from '../../../schemas/values.js';

/** A number of the provider's: of a match, a team, a league, a player. */
export const id = z.int('is not an id').positive('is not an id');

/** An id as a record has it; null where the provider gives none. */
export const idText = (given: number | null | undefined): string | null =>
  given === undefined || given === null ? null : String(given);

/** A field that is known and not read: whatever stands there, or nothing. */
export const notRead = z.unknown().optional();

/** A list whose entries are read one by one. */
export const list = z.array(z.unknown(), 'is not a list');

export const text = z.string('is not a text');

/** A text that says something. It stays as it came; {@link tidy} trims it. */
export const name = text.regex(/\S/, 'is blank');

export const tidy = (value: string): string => value.trim();

/** A text that may be absent; null where it is, or blank. */
export function tidyOrNull(value: string | null | undefined): string | null {
  const tidied = value?.trim() ?? '';
  return tidied === '' ? null : tidied;
}

/** An object of which nothing is read: its fields are known, and what stands there cannot break its record. */
export const unread = (...fields: readonly string[]) =>
  z
    .object(Object.fromEntries(fields.map((field) => [field, notRead])))
    .nullish()
    .catch(null);

const goals = z.int('is not a number of goals').nonnegative('is not a number of goals').nullish();

/** Goals of both sides; the whole may be null, and each of them. */
export const GoalPair = z.object({ home: goals, away: goals }, 'is not a pair of goals').nullish();

export const goalsOf = (pair: z.infer<typeof GoalPair>): Goals => ({
  home: pair?.home ?? null,
  away: pair?.away ?? null,
});

/** A team where it is named. */
export const Team = z.object({
  id: id.nullish(),
  name,
  logo: notRead,
  winner: notRead,
});

export const sideOf = (team: z.infer<typeof Team>): Side => ({
  externalId: idText(team.id),
  name: tidy(team.name),
});

const isoTime = z.iso.datetime({ offset: true });

/** ISO-8601 with an offset, as every time of the provider is; undefined where it is none. */
export function readInstant(written: string): Instant | undefined {
  if (!isoTime.safeParse(written).success) return undefined;
  const at = Date.parse(written);
  return Number.isNaN(at) ? undefined : instant(at);
}

/** The first instant of the day that a date, or a time with an offset, lies in, as it is written. */
export function readDay(written: string): Instant | undefined {
  const day = CalendarDate.safeParse(written.slice(0, 10));
  if (!day.success) return undefined;
  if (written.length === 10) return readInstant(`${day.data}T00:00:00Z`);
  const offset = /(?:Z|[+-]\d{2}:\d{2})$/.exec(written)?.[0];
  return readInstant(written) === undefined || offset === undefined
    ? undefined
    : readInstant(`${day.data}T00:00:00${offset}`);
}
