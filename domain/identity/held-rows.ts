import type { PartialIdentity } from '../../schemas/records/collected-match.js';
import type { StoredKey } from './assign-ordinals.js';
import { matchKey } from './match-key.js';

/** A row of an edition that cannot be read, with what it still tells. */
export interface HeldRow {
  readonly rowNo: number;
  readonly identity: PartialIdentity;
}

/**
 * The keys that rows which cannot be read still stand for, by row number. `missing` are the keys that the file had in the edition before
 * and that no readable row of this one has: such a match has not left its file, its row is held. A row stands for the first of them, by
 * ordinal, that agrees with all it tells: its id where the source has ids, else both teams, or one team and the date. A key goes to one row.
 */
export function keysOfHeldRows(rows: readonly HeldRow[], missing: readonly StoredKey[]): Map<number, string> {
  const keys = new Map<number, string>();
  const open = missing.toSorted((a, b) => a.ordinal - b.ordinal);
  for (const { rowNo, identity } of rows) {
    const place = open.findIndex((key) => standsFor(identity, key));
    const [key] = place < 0 ? [] : open.splice(place, 1);
    if (key !== undefined) keys.set(rowNo, matchKey(key, key.ordinal));
  }
  return keys;
}

function standsFor(told: PartialIdentity, key: StoredKey): boolean {
  const { division, season, date, homeTeam, awayTeam, sourceId } = told;
  if (sourceId !== undefined && key.sourceId !== undefined) return sourceId === key.sourceId;
  if (division !== key.division || (season !== null && season !== key.season)) return false;
  if (homeTeam !== null && homeTeam !== key.homeTeam) return false;
  if (awayTeam !== null && awayTeam !== key.awayTeam) return false;
  if (homeTeam !== null && awayTeam !== null) return true;
  return date !== null && date === key.date && (homeTeam !== null || awayTeam !== null);
}
