import { Season, TimeOfDay, seasonOfStartYear, seasonStartYear } from '../../schemas/values.js';

/** The value of a text, or why it has none. */
export type Reading<T> = { readonly value: T } | { readonly reason: string };

/** Remembers the answers for texts that come again and again. Bounded, so that garbage cannot fill the memory. */
export function remembering<T>(answer: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const now = answer(text);
    if (known.size >= 50_000) known.clear();
    known.set(text, now);
    return now;
  };
}

/** `20:00`, also `9:30` and `20:00:00`. */
export const readTime: (text: string) => Reading<TimeOfDay> = remembering((text) => {
  const parts = /^(\d{1,2}):(\d{2})(?::\d{2})?$/.exec(text);
  const parsed = TimeOfDay.safeParse(`${(parts?.[1] ?? '').padStart(2, '0')}:${parts?.[2] ?? ''}`);
  return parsed.success ? { value: parsed.data } : { reason: 'is not a time of day of the form hh:mm' };
});

/** The season that a day belongs to, where no file says it: July to June. */
export const seasonOfDate: (date: string) => Season = remembering((date) => {
  const year = Number(date.slice(0, 4));
  return seasonOfStartYear(Number(date.slice(5, 7)) >= 7 ? year : year - 1);
});

/** The first and last days on which a season's matches can lie: 2019-20 ended in August. */
export const daysOfSeason: (season: string) => { readonly first: string; readonly last: string } =
  remembering((season) => {
    const year = seasonStartYear(Season.parse(season));
    return { first: `${year}-06-15`, last: `${year + 1}-08-31` };
  });

/** Trims, makes one blank of each run of blanks (no-break spaces included), composes accents, and straightens apostrophes. */
export const tidyText = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[‘’´`]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
