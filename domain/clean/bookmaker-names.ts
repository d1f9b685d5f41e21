import { bookmakers } from '../../schemas/bookmakers.js';
import type { Reading } from './reading.js';
import { shown } from './reading.js';

/** What `odds` holds of a bookmaker's name. */
export const longestBookmaker = 100;

/** Small letters without accents, and one `_` for each run of anything else. */
function wordsOf(text: string): string {
  const letters = text.normalize('NFKD').toLowerCase().normalize('NFKD');
  return letters
    .replace(/\p{M}+/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_|_$/g, '');
}

const squeezed = (words: string): string => words.replaceAll('_', '');

/** Nearly every quote comes with our own name already. */
const ours = new Map<string, Reading<string>>();
const known = new Map<string, string>();
for (const [name, { spellings }] of Object.entries(bookmakers)) {
  ours.set(name, { value: name });
  for (const spelling of [name, ...spellings]) known.set(squeezed(wordsOf(spelling)), name);
}

/**
 * CLN-2: a bookmaker's name as silver has it. One that we know by another spelling gets our name; any other is written in small letters with
 * `_` between its words, so that one bookmaker is not two by its capitals. Idempotent.
 */
export function standardBookmaker(value: unknown): Reading<string> {
  if (typeof value !== 'string') return { reason: `${shown(value)} is not the name of a bookmaker` };
  const own = ours.get(value);
  if (own !== undefined) return own;
  const words = wordsOf(value);
  if (words === '') return { reason: `${shown(value)} names no bookmaker` };
  const name = known.get(squeezed(words)) ?? words;
  return name.length <= longestBookmaker
    ? { value: name }
    : { reason: `${shown(value)} is too long for the name of a bookmaker` };
}
