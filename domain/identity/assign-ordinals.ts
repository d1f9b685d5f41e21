import { InvariantBroken } from '../../schemas/errors.js';
import type { FileKind } from '../../schemas/records/source-file.js';
import type { CalendarDate } from '../../schemas/values.js';
import { daysApart, leastDistance } from './least-distance.js';
import { matchKey, pairingName, type Pairing } from './match-key.js';

export interface EditionRow extends Pairing {
  readonly rowNo: number;
  readonly date: CalendarDate;
  /** Equal for two rows exactly when they say the same (a content hash will do). */
  readonly content: string;
  /** The source's own id of the match; absent where it has none, as files have none. */
  readonly sourceId?: string | undefined;
}

/** A key that bronze holds already, with what its latest version says. */
export interface StoredKey extends Pairing {
  readonly ordinal: number;
  readonly date: CalendarDate;
  /** Its latest version has a score. */
  readonly played: boolean;
  readonly sourceId?: string | undefined;
}

export type Assignment =
  | { readonly kind: 'key'; readonly rowNo: number; readonly key: string; readonly ordinal: number }
  /** Says again, word for word, what `ofRow` says: the same key. */
  | { readonly kind: 'repeat'; readonly rowNo: number; readonly key: string; readonly ofRow: number }
  /** Same match as `ofRow`, by its id or by pairing and date; other content: unreadable. */
  | {
      readonly kind: 'contradiction';
      readonly rowNo: number;
      readonly ofRow: number;
      readonly reason: string;
    };

/** A fixture this close to a match already played is that match, still listed; two meetings lie further apart. */
const stillListedWithin = 7;

/**
 * Gives each row of one edition its key, in the order of the line numbers. A match whose source has an id for it keeps the key that
 * this id was given first, whatever the source calls the teams since. Other rows go to the stored keys of their pairing by the least
 * total distance of dates, so a moved match keeps its key; what is left over gets the next free ordinals by date. `stored` may hold
 * keys of other pairings; they do not matter. A file of fixtures lists matches ahead, not all of them: its rows never take
 * the key of a match that was played more than a week away, which is an earlier meeting.
 */
export function assignOrdinals(
  rows: readonly EditionRow[],
  stored: readonly StoredKey[],
  fileKind: FileKind,
): Assignment[] {
  const inOrder = rows.toSorted((a, b) => a.rowNo - b.rowNo);
  const firstOfId = new Map<string, EditionRow>();
  for (const row of inOrder) {
    if (row.sourceId !== undefined && !firstOfId.has(row.sourceId)) firstOfId.set(row.sourceId, row);
  }
  const firstOf = (row: EditionRow): EditionRow => firstOfId.get(row.sourceId ?? '') ?? row;
  const keyOfId = new Map(stored.flatMap((key) => (key.sourceId === undefined ? [] : [[key.sourceId, key]])));
  const storedByPairing = groupedByPairing(stored);

  const assigned = new Map<number, Assignment>();
  const unknown: EditionRow[] = [];
  for (const row of inOrder) {
    if (firstOf(row) !== row) continue;
    const known = keyOfId.get(row.sourceId ?? '');
    if (known === undefined) unknown.push(row);
    else assigned.set(row.rowNo, keyOf(row, known, known.ordinal));
  }
  for (const [name, group] of groupedByPairing(unknown)) {
    for (const assignment of assignGroup(group, storedByPairing.get(name) ?? [], fileKind)) {
      assigned.set(assignment.rowNo, assignment);
    }
  }
  return inOrder.map((row) => {
    const first = firstOf(row);
    const assignment = assigned.get(first.rowNo);
    if (assignment === undefined) throw new InvariantBroken('A row was given no key', { row: row.rowNo });
    return first === row ? assignment : saidAgain(row, first, assignment);
  });
}

const keyOf = ({ rowNo }: EditionRow, pairing: Pairing, ordinal: number): Assignment => ({
  kind: 'key',
  rowNo,
  key: matchKey(pairing, ordinal),
  ordinal,
});

/** Two rows of one edition with one id. */
function saidAgain({ rowNo, content }: EditionRow, first: EditionRow, assignment: Assignment): Assignment {
  if (content === first.content && assignment.kind === 'key') {
    return { kind: 'repeat', rowNo, key: assignment.key, ofRow: first.rowNo };
  }
  const reason = `contradicts row ${first.rowNo}, the same match by its id`;
  return { kind: 'contradiction', rowNo, ofRow: first.rowNo, reason };
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
  const firsts = new Map<string, EditionRow>();
  for (const row of inOrder) if (!firsts.has(meetingOf(row))) firsts.set(meetingOf(row), row);

  const meetings = [...firsts.values()].sort(
    (a, b) => compareTexts(a.date, b.date) || compareTexts(meetingOf(a), meetingOf(b)),
  );
  const ordinals = new Map<string, number>();
  let next = stored.reduce((most, key) => Math.max(most, key.ordinal), 0) + 1;
  const keys = stored.toSorted((a, b) => compareTexts(a.date, b.date) || a.ordinal - b.ordinal);
  const matched = leastDistance(meetings, keys, mayTake(fileKind));
  meetings.forEach((meeting, index) => {
    ordinals.set(meetingOf(meeting), matched[index]?.ordinal ?? next++);
  });

  return inOrder.map((row) => {
    const first = firsts.get(meetingOf(row)) ?? row;
    const ordinal = ordinals.get(meetingOf(row)) ?? next;
    const key = matchKey(row, ordinal);
    const { rowNo } = row;
    if (first === row) return keyOf(row, row, ordinal);
    if (first.content === row.content) return { kind: 'repeat', rowNo, key, ofRow: first.rowNo };
    const reason = `contradicts row ${first.rowNo}, the same match on the same day`;
    return { kind: 'contradiction', rowNo, ofRow: first.rowNo, reason };
  });
}

/** Two teams meet once a day, unless the source has two ids for it. */
const meetingOf = ({ date, sourceId = '' }: EditionRow): string => `${date}/${sourceId}`;

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Two ids are two matches. */
const mayTake =
  (fileKind: FileKind) =>
  (row: EditionRow, key: StoredKey): boolean =>
    (row.sourceId === undefined || key.sourceId === undefined) &&
    (fileKind === 'season' || !key.played || daysApart(row, key) <= stillListedWithin);
