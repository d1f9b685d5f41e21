import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredKey } from '../../../domain/identity/assign-ordinals.js';
import { keysOfHeldRows } from '../../../domain/identity/held-rows.js';
import type { PartialIdentity } from '../../../schemas/records/collected-match.js';
import { CalendarDate, Season } from '../../../schemas/values.js';

const season = Season.parse('2021-22');
const day = (text: string) => CalendarDate.parse(text);
const stored = (homeTeam: string, awayTeam: string, date = '2021-08-14', ordinal = 1): StoredKey => ({
  division: 'E0',
  season,
  homeTeam,
  awayTeam,
  date: day(date),
  ordinal,
  played: true,
});
const tells = (fields: Partial<PartialIdentity>): PartialIdentity => ({
  division: 'E0',
  season,
  date: null,
  homeTeam: null,
  awayTeam: null,
  ...fields,
});
const keysOf = (identities: readonly PartialIdentity[], missing: readonly StoredKey[]) => [
  ...keysOfHeldRows(
    identities.map((identity, index) => ({ rowNo: index + 2, identity })),
    missing,
  ),
];

describe('a row that cannot be read', () => {
  const missing = [stored('Arsenal', 'Chelsea'), stored('Leeds', 'Fulham')];

  it('stands for the match of its id, whatever it calls the teams', () => {
    const known = [
      { ...stored('Arsenal', 'Chelsea'), sourceId: 'a' },
      { ...stored('Leeds', 'Fulham'), sourceId: 'b' },
    ];
    const told = tells({ homeTeam: 'Arsenal', awayTeam: 'Chelsea', sourceId: 'b' });
    expect(keysOf([told], known)).toEqual([[2, 'E0/2021-22/Leeds/Fulham/1']]);
    expect(keysOf([tells({ sourceId: 'c' })], known)).toEqual([]);
  });

  it('stands for the missing match of its teams, or of one team on its day', () => {
    expect(keysOf([tells({ homeTeam: 'Leeds', awayTeam: 'Fulham' })], missing)).toEqual([
      [2, 'E0/2021-22/Leeds/Fulham/1'],
    ]);
    expect(keysOf([tells({ awayTeam: 'Chelsea', date: day('2021-08-14') })], missing)).toEqual([
      [2, 'E0/2021-22/Arsenal/Chelsea/1'],
    ]);
  });

  it('stands for none where it tells another season, another day, too little, or teams that are not missing', () => {
    for (const identity of [
      tells({ homeTeam: 'Leeds', awayTeam: 'Fulham', season: Season.parse('2020-21') }),
      tells({ homeTeam: 'Leeds', date: day('2021-08-15') }),
      tells({ homeTeam: 'Leeds' }),
      tells({ date: day('2021-08-14') }),
      tells({ homeTeam: 'Leeds', awayTeam: 'Everton' }),
    ]) {
      expect(keysOf([identity], missing)).toEqual([]);
    }
  });

  it('takes a repeated pairing in order, one key a row', () => {
    const twice = [stored('Celtic', 'Hearts', '2022-04-02', 2), stored('Celtic', 'Hearts')];
    const row = tells({ homeTeam: 'Celtic', awayTeam: 'Hearts' });
    expect(keysOf([row, row, row], twice)).toEqual([
      [2, 'E0/2021-22/Celtic/Hearts/1'],
      [3, 'E0/2021-22/Celtic/Hearts/2'],
    ]);
  });

  it('never takes a key that another row took, or one that is not missing', () => {
    const team = fc.constantFrom('A', 'B', 'C');
    const identity = fc.record({
      homeTeam: fc.option(team),
      awayTeam: fc.option(team),
      date: fc.option(fc.constantFrom(day('2021-08-14'), day('2021-08-15'))),
    });
    const key = fc.tuple(team, team, fc.constantFrom('2021-08-14', '2021-08-15'));
    fc.assert(
      fc.property(
        fc.array(identity, { maxLength: 5 }),
        fc.uniqueArray(key, { maxLength: 5, selector: (k) => k.slice(0, 2).join() }),
        (rows, keys) => {
          const missing = keys.map(([home, away, date]) => stored(home, away, date));
          const given = keysOf(rows.map(tells), missing).map(([, name]) => name);
          expect(new Set(given).size).toBe(given.length);
          for (const name of given)
            expect(keys.map(([home, away]) => `E0/2021-22/${home}/${away}/1`)).toContain(name);
        },
      ),
    );
  });
});
