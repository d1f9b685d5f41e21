import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignMatches, type RegisteredMatch } from '../../../domain/identity/assign-matches.js';
import { matchKey, readMatchKey } from '../../../domain/identity/match-key.js';
import { CalendarDate, Season } from '../../../schemas/values.js';

const date = (text: string): CalendarDate => CalendarDate.parse(text);
const registered = (id: number, on: string, changes: Partial<RegisteredMatch> = {}): RegisteredMatch => ({
  id,
  ordinal: id,
  date: date(on),
  isMapped: false,
  ...changes,
});

describe('a key of a second source', () => {
  it('is the only match of its pairing, however far it was moved', () => {
    expect(assignMatches([{ ordinal: 1, date: date('2022-05-01') }], [registered(1, '2021-08-14')])).toEqual([
      { kind: 'registered', id: 1 },
    ]);
  });

  it('is a new match where its source bears the only one already', () => {
    expect(
      assignMatches(
        [{ ordinal: 2, date: date('2022-01-02') }],
        [registered(1, '2021-08-14', { isMapped: true })],
      ),
    ).toEqual([{ kind: 'new', ordinal: 2 }]);
  });

  it('of a pairing that repeats is the nearest match', () => {
    const matches = [registered(1, '2021-08-14'), registered(2, '2022-01-02'), registered(3, '2022-04-20')];
    expect(
      assignMatches(
        [
          { ordinal: 1, date: date('2022-01-03') },
          { ordinal: 2, date: date('2022-04-19') },
        ],
        matches,
      ),
    ).toEqual([
      { kind: 'registered', id: 2 },
      { kind: 'registered', id: 3 },
    ]);
  });

  it('far from every match of a pairing that repeats is a meeting of its own, with the next free ordinal', () => {
    const matches = [registered(1, '2021-08-14'), registered(2, '2022-01-02')];
    expect(assignMatches([{ ordinal: 1, date: date('2022-04-20') }], matches)).toEqual([
      { kind: 'new', ordinal: 3 },
    ]);
  });

  it('never shares a match or an ordinal with another key of its source', () => {
    const day = fc
      .nat(300)
      .map((days) => date(new Date(Date.UTC(2021, 7, 1 + days)).toISOString().slice(0, 10)));
    const keys = fc
      .array(day, { minLength: 1, maxLength: 4 })
      .map((days) => days.map((on, index) => ({ ordinal: index + 1, date: on })));
    const matches = fc
      .array(fc.record({ date: day, isMapped: fc.boolean() }), { maxLength: 4 })
      .map((list) => list.map((match, index) => ({ ...match, id: 100 + index, ordinal: index + 1 })));
    fc.assert(
      fc.property(keys, matches, (ours, theirs) => {
        const assignments = assignMatches(ours, theirs);
        expect(assignments).toHaveLength(ours.length);
        const ids = assignments.flatMap((each) => (each.kind === 'registered' ? [each.id] : []));
        const ordinals = assignments.flatMap((each) => (each.kind === 'new' ? [each.ordinal] : []));
        expect(new Set(ids).size).toBe(ids.length);
        expect(new Set([...ordinals, ...theirs.map(({ ordinal }) => ordinal)]).size).toBe(
          ordinals.length + theirs.length,
        );
        for (const id of ids) expect(theirs.find((match) => match.id === id)?.isMapped).toBe(false);
      }),
    );
  });
});

describe('the key of a match', () => {
  it('gives back what it was made of, slashes included', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\u2215'));
    fc.assert(
      fc.property(name, name, fc.integer({ min: 1, max: 9 }), (homeTeam, awayTeam, ordinal) => {
        const pairing = { division: 'en.1', season: Season.parse('2021-22'), homeTeam, awayTeam };
        expect(readMatchKey(matchKey(pairing, ordinal))).toEqual({ ...pairing, ordinal });
      }),
    );
  });

  it('that is none is refused', () => {
    for (const key of ['', 'E0/2021-22/Arsenal/Chelsea', 'E0/2122/Arsenal/Chelsea/1', 'E0/2021-22/a/b/c/1'])
      expect(() => readMatchKey(key), key).toThrow(/none of a match/);
  });
});
