import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignMatches, type RegisteredMatch } from '../../../domain/identity/assign-matches.js';
import { matchKey, readMatchKey } from '../../../domain/identity/match-key.js';
import { CalendarDate, Season } from '../../../schemas/values.js';

const date = (text: string): CalendarDate => CalendarDate.parse(text);
const key = (ordinal: number, on: string, dataSource = 'openfootball') => ({
  dataSource,
  ordinal,
  date: date(on),
});
const registered = (id: number, on: string, changes: Partial<RegisteredMatch> = {}): RegisteredMatch => ({
  id,
  ordinal: id,
  date: date(on),
  dataSources: ['football_data'],
  ...changes,
});

describe('a key of a second source', () => {
  it('is the only match of its pairing, however far it was moved', () => {
    expect(assignMatches([key(1, '2022-05-01')], [registered(1, '2021-08-14')])).toEqual([
      { kind: 'registered', id: 1 },
    ]);
  });

  it('is a new match where its source bears the only one already', () => {
    expect(
      assignMatches([key(2, '2022-01-02')], [registered(1, '2021-08-14', { dataSources: ['openfootball'] })]),
    ).toEqual([{ kind: 'new', ordinal: 2 }]);
  });

  it('of a pairing that repeats is the nearest match', () => {
    const matches = [registered(1, '2021-08-14'), registered(2, '2022-01-02'), registered(3, '2022-04-20')];
    expect(assignMatches([key(1, '2022-01-03'), key(2, '2022-04-19')], matches)).toEqual([
      { kind: 'registered', id: 2 },
      { kind: 'registered', id: 3 },
    ]);
  });

  it('far from every match of a pairing that repeats is a meeting of its own, with the next free ordinal', () => {
    const matches = [registered(1, '2021-08-14'), registered(2, '2022-01-02')];
    expect(assignMatches([key(1, '2022-04-20')], matches)).toEqual([{ kind: 'new', ordinal: 3 }]);
  });

  it('that its source tells twice is no match of another day, though the registry knows one only', () => {
    const january = registered(1, '2022-01-02');
    expect(assignMatches([key(1, '2021-08-14'), key(2, '2022-01-03')], [january])).toEqual([
      { kind: 'new', ordinal: 2 },
      { kind: 'registered', id: 1 },
    ]);
  });

  it('is the new match of another source that is assigned with it', () => {
    const both = [key(1, '2022-01-02', 'football_data'), key(1, '2021-08-14'), key(2, '2022-01-03')];
    expect(assignMatches(both, [])).toEqual([
      { kind: 'new', ordinal: 1 },
      { kind: 'new', ordinal: 2 },
      { kind: 'new', ordinal: 1 },
    ]);
  });

  it('never shares a match with another key of its source, nor takes the ordinal of another match', () => {
    const day = fc
      .nat(300)
      .map((days) => date(new Date(Date.UTC(2021, 7, 1 + days)).toISOString().slice(0, 10)));
    const source = fc.constantFrom('football_data', 'openfootball', 'third');
    const keys = fc
      .array(fc.record({ dataSource: source, date: day }), { minLength: 1, maxLength: 6 })
      .map((list) =>
        list.map((told, index) => ({
          ...told,
          ordinal: 1 + list.slice(0, index).filter(({ dataSource }) => dataSource === told.dataSource).length,
        })),
      );
    const matches = fc
      .array(fc.record({ date: day, dataSources: fc.uniqueArray(source) }), { maxLength: 4 })
      .map((list) => list.map((match, index) => ({ ...match, id: 100 + index, ordinal: index + 1 })));
    fc.assert(
      fc.property(keys, matches, (ours, theirs) => {
        const assignments = assignMatches(ours, theirs);
        expect(assignments).toHaveLength(ours.length);
        const taken = assignments.map(
          (each, place) =>
            `${ours[place]?.dataSource ?? ''} ${each.kind} ${each.kind === 'new' ? each.ordinal : each.id}`,
        );
        expect(new Set(taken).size).toBe(taken.length);
        for (const [place, each] of assignments.entries()) {
          if (each.kind === 'new') {
            expect(theirs.map(({ ordinal }) => ordinal)).not.toContain(each.ordinal);
            continue;
          }
          const match = theirs.find(({ id }) => id === each.id);
          expect(match?.dataSources).not.toContain(ours[place]?.dataSource);
        }
      }),
    );
  });

  it('has its match whatever the order in which the keys are given', () => {
    const keys = [
      key(1, '2021-08-01', 'football_data'),
      key(2, '2021-09-05', 'football_data'),
      key(1, '2021-08-20'),
      key(2, '2021-09-25'),
    ];
    const matchOf = (order: readonly number[]) => {
      const assigned = assignMatches(
        order.flatMap((place) => keys[place] ?? []),
        [],
      );
      return order.map((place, index) => [place, assigned[index]] as const).sort(([a], [b]) => a - b);
    };
    const reference = matchOf([0, 1, 2, 3]);
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (order) => {
        expect(matchOf(order)).toEqual(reference);
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
