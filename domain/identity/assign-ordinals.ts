import type { FileKind } from '../../schemas/records/source-file.js';
import type { CalendarDate, Season } from '../../schemas/values.js';

/** League, season and teams: what a match shares with its repeats. */
export interface Pairing {
  readonly division: string;
  readonly season: Season;
  readonly homeTeam: string;
  readonly awayTeam: string;
}

export interface EditionRow extends Pairing {
  readonly lineNo: number;
  readonly date: CalendarDate;
  /** Equal for two rows exactly when they say the same (a content hash will do). */
  readonly content: string;
}

/** A key that bronze holds already, with what its latest version says. */
export interface StoredKey extends Pairing {
  readonly ordinal: number;
  readonly date: CalendarDate;
  /** Its latest version has a score. */
  readonly played: boolean;
}

export type Assignment =
  | { readonly kind: 'key'; readonly lineNo: number; readonly key: string; readonly ordinal: number }
  /** Says again, word for word, what `ofLine` says: the same key. */
  | { readonly kind: 'repeat'; readonly lineNo: number; readonly key: string; readonly ofLine: number }
  /** Same pairing and date as `ofLine`, other content: unreadable. */
  | { readonly kind: 'contradiction'; readonly lineNo: number; readonly ofLine: number; readonly reason: string };

/** `division/season/home/away/ordinal`, as in `E0/2021-22/Arsenal/Chelsea/1`. */
export const matchKey = (pairing: Pairing, ordinal: number): string =>
  `${pairing.division}/${pairing.season}/${pairing.homeTeam}/${pairing.awayTeam}/${ordinal}`;

/**
 * Gives each row of one edition its key, in the order of the line numbers. `stored` may hold keys of other pairings; they do not matter.
 */
export function assignOrdinals(
  _rows: readonly EditionRow[],
  _stored: readonly StoredKey[],
  _fileKind: FileKind,
): Assignment[] {
  throw new Error('not built yet');
}
