import type { FileKind } from '../../schemas/records/source-file.js';
import type { CalendarDate } from '../../schemas/values.js';
import { daysApart, leastDistance } from './least-distance.js';
import { matchKey, pairingName, type Pairing } from './match-key.js';

export interface EditionRow extends Pairing {
  readonly rowNo: number;
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
  | { readonly kind: 'key'; readonly rowNo: number; readonly key: string; readonly ordinal: number }
  /** Says again, word for word, what `ofRow` says: the same key. */
  | { readonly kind: 'repeat'; readonly rowNo: number; readonly key: string; readonly ofRow: number }
  /** Same pairing and date as `ofRow`, other content: unreadable. */
  | {
      readonly kind: 'contradiction';
      readonly rowNo: number;
      readonly ofRow: number;
      readonly reason: string;
    };

/** A fixture this close to a match already played is that match, still listed; two meetings lie further apart. */
const stillListedWithin = 7;

/**
 * Gives each row of one edition its key, in the order of the line numbers. Rows go to the stored keys of their pairing by the least total
 * distance of dates, so a moved match keeps its key; what is left over gets the next free ordinals by date. `stored` may hold
 * keys of other pairings; they do not matter. A file of fixtures lists matches ahead, not all of them: its rows never take
 * the key of a match that was played more than a week away, which is an earlier meeting.
 */
export function assignOrdinals(
  rows: readonly EditionRow[],
  stored: readonly StoredKey[],
  fileKind: FileKind,
): Assignment[] {
  const storedByPairing = groupedByPairing(stored);
  const assignments: Assignment[] = [];
  for (const [name, group] of groupedByPairing(rows)) {
    assignments.push(...assignGroup(group, storedByPairing.get(name) ?? [], fileKind));
  }
  return assignments.sort((a, b) => a.rowNo - b.rowNo);
}

function groupedByPairing<T extends Pairing>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = pairingName(item);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

function assignGroup(
  rows: readonly EditionRow[],
  stored: readonly StoredKey[],
  fileKind: FileKind,
): Assignment[] {
  const inOrder = rows.toSorted((a, b) => a.rowNo - b.rowNo);
  const firstOfDate = new Map<CalendarDate, EditionRow>();
  for (const row of inOrder) if (!firstOfDate.has(row.date)) firstOfDate.set(row.date, row);

  const meetings = [...firstOfDate.values()].sort((a, b) => compareTexts(a.date, b.date));
  const ordinals = new Map<CalendarDate, number>();
  let next = stored.reduce((most, key) => Math.max(most, key.ordinal), 0) + 1;
  const keys = stored.toSorted((a, b) => compareTexts(a.date, b.date) || a.ordinal - b.ordinal);
  const matched = leastDistance(meetings, keys, mayTake(fileKind));
  meetings.forEach((meeting, index) => {
    ordinals.set(meeting.date, matched[index]?.ordinal ?? next++);
  });

  return inOrder.map((row) => {
    const first = firstOfDate.get(row.date) ?? row;
    const ordinal = ordinals.get(row.date) ?? next;
    const key = matchKey(row, ordinal);
    const { rowNo } = row;
    if (first === row) return { kind: 'key', rowNo, key, ordinal };
    if (first.content === row.content) return { kind: 'repeat', rowNo, key, ofRow: first.rowNo };
    const reason = `contradicts row ${first.rowNo}, the same match on the same day`;
    return { kind: 'contradiction', rowNo, ofRow: first.rowNo, reason };
  });
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const mayTake =
  (fileKind: FileKind) =>
  (row: EditionRow, key: StoredKey): boolean =>
    fileKind === 'season' || !key.played || daysApart(row, key) <= stillListedWithin;
