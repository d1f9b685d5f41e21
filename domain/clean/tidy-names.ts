/** Trims, makes one blank of each run of blanks (no-break spaces included), and composes accents. Idempotent. */
export const tidyName = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/** A referee's name, or null where the text names nobody. */
export function tidyReferee(text: string | null): string | null {
  const name = tidyName(text ?? '');
  return /[\p{L}]/u.test(name) ? name : null;
}
