import type { Reading } from './reading.js';
import { shown } from './reading.js';

/** What `matches` holds of a name; longer texts are cells of another column. */
export const longestReferee = 100;
export const longestVenue = 200;

/**
 * Makes one blank of each run of blanks, no-break spaces and control characters, trims, and composes accents. Half of a character pair becomes
 * the mark for what cannot be read, which Postgres would make of it too. Idempotent.
 */
export const tidyName = (text: string): string =>
  text
    .replace(halfPairs, '\ufffd')
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

const halfPairs = /\p{Surrogate}/gu;

/** A referee's name; null where the text names nobody. */
export const tidyReferee = (text: string | null): Reading<string | null> => tidied(text, longestReferee);

/** A ground's name; null where the text names none. */
export const tidyVenue = (text: string | null): Reading<string | null> => tidied(text, longestVenue);

function tidied(text: string | null, longest: number): Reading<string | null> {
  const name = tidyName(text ?? '');
  if (!/\p{L}/u.test(name)) return { value: null };
  return name.length <= longest ? { value: name } : { reason: `${shown(name)} is too long for a name` };
}
