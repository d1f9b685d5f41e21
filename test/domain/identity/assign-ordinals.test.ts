import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EditionRow, StoredKey } from '../../../domain/identity/assign-ordinals.js';
import { assignOrdinals } from '../../../domain/identity/assign-ordinals.js';
import { CalendarDate, Season } from '../../../schemas/values.js';

const pairing = {
  division: 'SC0',
  season: Season.parse('2021-22'),
  homeTeam: 'Celtic',
  awayTeam: 'Hearts',
};
const row = (rowNo: number, date: string, content = date): EditionRow => ({
  ...pairing,
  rowNo,
  date: CalendarDate.parse(date),
  content,
});
const key = (ordinal: number, date: string, played = true): StoredKey => ({
  ...pairing,
  ordinal,
  date: CalendarDate.parse(date),
  played,
});
const ordinals = (rows: EditionRow[], stored: StoredKey[], fileKind: 'season' | 'fixtures' = 'season') =>
  assignOrdinals(rows, stored, fileKind).map((assignment) =>
    assignment.kind === 'key' ? assignment.ordinal : assignment.kind,
  );

describe('keys of an edition', () => {
  it('writes league, season, teams and ordinal', () => {
    expect(assignOrdinals([row(2, '2021-08-14')], [], 'season')).toEqual([
      { kind: 'key', rowNo: 2, key: 'SC0/2021-22/Celtic/Hearts/1', ordinal: 1 },
    ]);
  });

  it('orders repeats within an edition by date, wherever their lines stand', () => {
    expect(ordinals([row(2, '2022-03-05'), row(3, '2021-08-14'), row(4, '2021-12-02')], [])).toEqual([
      3, 1, 2,
    ]);
  });

  it('lets a moved match keep its key', () => {
    expect(ordinals([row(2, '2022-04-20')], [key(1, '2021-08-14', false)])).toEqual([1]);
  });

  it('gives a second meeting the next free ordinal', () => {
    expect(ordinals([row(2, '2021-08-14'), row(3, '2022-01-15')], [key(1, '2021-08-14')])).toEqual([1, 2]);
  });

  it('does not give the key of a meeting that left the edition to another meeting', () => {
    expect(ordinals([row(2, '2022-01-15')], [key(1, '2021-08-14'), key(2, '2022-01-15')])).toEqual([2]);
  });

  it('gives rows to keys by the least total distance of dates', () => {
    const stored = [key(1, '2021-08-14'), key(2, '2021-12-02'), key(3, '2022-03-05')];
    expect(ordinals([row(2, '2021-12-10'), row(3, '2022-02-20')], stored)).toEqual([2, 3]);
  });

  it('never takes a fixture ahead for a meeting that was played', () => {
    expect(ordinals([row(2, '2022-01-15')], [key(1, '2021-08-14')], 'fixtures')).toEqual([2]);
    expect(ordinals([row(2, '2022-01-15')], [key(1, '2021-08-14', false)], 'fixtures')).toEqual([1]);
  });

  it('knows a fixture that is still listed after it was played', () => {
    expect(ordinals([row(2, '2021-08-14')], [key(1, '2021-08-15')], 'fixtures')).toEqual([1]);
  });

  it('calls a line that says the same again a repeat, and one that says otherwise a contradiction', () => {
    const rows = [row(2, '2021-08-14', 'a'), row(3, '2021-08-14', 'a'), row(4, '2021-08-14', 'b')];
    expect(assignOrdinals(rows, [], 'season')).toEqual([
      { kind: 'key', rowNo: 2, key: 'SC0/2021-22/Celtic/Hearts/1', ordinal: 1 },
      { kind: 'repeat', rowNo: 3, key: 'SC0/2021-22/Celtic/Hearts/1', ofRow: 2 },
      {
        kind: 'contradiction',
        rowNo: 4,
        ofRow: 2,
        reason: 'contradicts row 2, the same match on the same day',
      },
    ]);
  });
});

const anyDate = fc
  .integer({ min: 0, max: 300 })
  .map((day) => CalendarDate.parse(new Date(Date.UTC(2021, 6, 1 + day)).toISOString().slice(0, 10)));
const team = fc.constantFrom('Celtic', 'Hearts', 'Ross County');
const meeting = fc
  .record({ homeTeam: team, awayTeam: team, date: anyDate })
  .filter(({ homeTeam, awayTeam }) => homeTeam !== awayTeam)
  .map((match) => ({ ...pairing, ...match }));
const edition = fc.uniqueArray(meeting, {
  maxLength: 12,
  selector: ({ homeTeam, awayTeam, date }) => `${homeTeam}/${awayTeam}/${date}`,
});
const rowsOf = (meetings: readonly Omit<EditionRow, 'rowNo' | 'content'>[]): EditionRow[] =>
  meetings.map((match, index) => ({ ...match, rowNo: index + 2, content: String(index) }));
const storedAfter = (rows: readonly EditionRow[]): StoredKey[] =>
  assignOrdinals(rows, [], 'season').flatMap((assignment, index) => {
    const source = rows[index];
    return assignment.kind === 'key' && source !== undefined
      ? [{ ...source, ordinal: assignment.ordinal, played: true }]
      : [];
  });
const keysByRow = (rows: readonly EditionRow[], stored: readonly StoredKey[]) =>
  new Map(assignOrdinals(rows, stored, 'season').map((assignment) => [assignment.rowNo, assignment]));

describe('keys over random editions', () => {
  it('gives no key twice', () => {
    fc.assert(
      fc.property(edition, edition, (before, now) => {
        const keys = assignOrdinals(rowsOf(now), storedAfter(rowsOf(before)), 'season').map((assignment) =>
          assignment.kind === 'key' ? assignment.key : assignment.kind,
        );
        expect(new Set(keys).size).toBe(now.length);
      }),
    );
  });

  it('gives the same edition the same keys again', () => {
    fc.assert(
      fc.property(edition, (meetings) => {
        const rows = rowsOf(meetings);
        expect(assignOrdinals(rows, storedAfter(rows), 'season')).toEqual(assignOrdinals(rows, [], 'season'));
      }),
    );
  });

  it('does not depend on the order of rows or of stored keys', () => {
    fc.assert(
      fc.property(edition, edition, (before, now) => {
        const rows = rowsOf(now);
        const stored = storedAfter(rowsOf(before));
        expect(assignOrdinals(rows.toReversed(), stored.toReversed(), 'season')).toEqual(
          assignOrdinals(rows, stored, 'season'),
        );
      }),
    );
  });

  it('does not change a key because of a match of other teams', () => {
    fc.assert(
      fc.property(edition, edition, (before, now) => {
        const rows = rowsOf(now);
        const stored = storedAfter(rowsOf(before));
        const stranger: EditionRow = {
          ...row(999, '2021-09-01'),
          homeTeam: 'Rangers',
          awayTeam: 'Motherwell',
        };
        const withStranger = keysByRow([stranger, ...rows], stored);
        for (const [rowNo, assignment] of keysByRow(rows, stored)) {
          expect(withStranger.get(rowNo)).toEqual(assignment);
        }
      }),
    );
  });

  it('lets each match keep its key when one that meets once moves', () => {
    fc.assert(
      fc.property(edition, anyDate, (meetings, date) => {
        const once = meetings.filter(
          (match) =>
            meetings.filter((other) => other.homeTeam === match.homeTeam && other.awayTeam === match.awayTeam)
              .length === 1,
        );
        const rows = rowsOf(once);
        const moved = rows.map((match, index) => (index === 0 ? { ...match, date } : match));
        expect(assignOrdinals(moved, storedAfter(rows), 'season')).toEqual(
          assignOrdinals(rows, [], 'season'),
        );
      }),
    );
  });
});

describe('keys of a source that has ids', () => {
  const identified = (rowNo: number, sourceId: string, more: Partial<EditionRow> = {}): EditionRow => ({
    ...row(rowNo, '2021-08-14', `${sourceId} in row ${rowNo}`),
    sourceId,
    ...more,
  });

  it('stay with their id, whatever the teams are called and whenever it is played', () => {
    const stored: StoredKey[] = [{ ...key(1, '2021-08-14', false), sourceId: 'a' }];
    const renamed = identified(2, 'a', { homeTeam: 'Celtic FC', date: CalendarDate.parse('2022-05-01') });
    expect(assignOrdinals([renamed], stored, 'season')).toEqual([
      { kind: 'key', rowNo: 2, key: 'SC0/2021-22/Celtic/Hearts/1', ordinal: 1 },
    ]);
  });

  it('are never those of another id, also on the same day', () => {
    const stored: StoredKey[] = [{ ...key(1, '2021-08-14', false), sourceId: 'a' }];
    expect(ordinals([identified(2, 'b')], stored)).toEqual([2]);
  });

  it('are two for two ids from the start, not one now and one later', () => {
    const rows = [identified(2, 'a'), identified(3, 'b')];
    expect(ordinals(rows, [])).toEqual([1, 2]);
    const stored: StoredKey[] = [1, 2].map((ordinal) => ({
      ...key(ordinal, '2021-08-14', false),
      sourceId: ordinal === 1 ? 'a' : 'b',
    }));
    expect(ordinals(rows, stored)).toEqual([1, 2]);
  });

  it('are said again, or contradicted, by a second row of the id', () => {
    const rows = [
      identified(2, 'a', { content: 'as it was' }),
      identified(3, 'a', { content: 'as it was', homeTeam: 'Celtic FC' }),
      identified(4, 'a', { content: 'otherwise' }),
    ];
    expect(assignOrdinals(rows, [], 'season')).toEqual([
      { kind: 'key', rowNo: 2, key: 'SC0/2021-22/Celtic/Hearts/1', ordinal: 1 },
      { kind: 'repeat', rowNo: 3, key: 'SC0/2021-22/Celtic/Hearts/1', ofRow: 2 },
      { kind: 'contradiction', rowNo: 4, ofRow: 2, reason: 'contradicts row 2, the same match by its id' },
    ]);
  });

  it('are unique and stay, over any renaming and moving of their matches', () => {
    const withIds = edition.map((meetings) =>
      rowsOf(meetings).map((each, index) => ({ ...each, sourceId: `id ${index}` })),
    );
    fc.assert(
      fc.property(
        withIds,
        fc.array(meeting, { minLength: 12, maxLength: 12 }),
        withIds,
        (before, told, others) => {
          const keys = assignOrdinals(before, [], 'season');
          const stored = before.flatMap((each, index): StoredKey[] => {
            const assignment = keys[index];
            return assignment?.kind === 'key'
              ? [{ ...each, ordinal: assignment.ordinal, played: false }]
              : [];
          });
          const renamed = before.map((each, index) => ({ ...each, ...told[index] }));
          const arrivals = others.map((each, index) => ({
            ...each,
            rowNo: 100 + index,
            sourceId: `new ${index}`,
          }));
          const again = assignOrdinals([...renamed, ...arrivals], stored, 'season');
          expect(again.slice(0, before.length)).toEqual(keys);
          const given = again.flatMap((assignment) => (assignment.kind === 'key' ? [assignment.key] : []));
          expect(given.length).toBe(before.length + others.length);
          expect(new Set(given).size).toBe(given.length);
        },
      ),
    );
  });
});
