import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listGaps, whyLeft, type ListedRow } from '../../../domain/quality/list-gaps.js';
import type { HouseStanding, MatchStanding } from '../../../schemas/records/reconciliation.js';
import { instant } from '../../../schemas/values.js';

const says: fc.Arbitrary<MatchStanding> = fc.record({
  kickOff: fc.integer({ min: 0, max: 2 }).map((hour) => instant(hour * 3_600_000)),
  status: fc.constantFrom('scheduled', 'completed'),
  homeScore: fc.option(fc.integer({ min: 0, max: 1 })),
  awayScore: fc.option(fc.integer({ min: 0, max: 1 })),
});
const key: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c');
const content = fc.constantFrom('1', '2');
const row: fc.Arbitrary<ListedRow> = fc.record({
  key,
  content,
  reading: fc.record({ kind: fc.constant('read' as const), says }),
});
const standing: fc.Arbitrary<HouseStanding> = fc.record({
  content: fc.option(content),
  isListed: fc.boolean(),
  processed: fc.constantFrom('pending', 'done', 'held', 'rejected'),
  error: fc.constant(null),
  silver: fc.option(fc.record({ says, isFromThisList: fc.boolean() })),
});
const standings = fc.array(fc.tuple(key, standing)).map((pairs) => new Map(pairs));
const rows = fc.uniqueArray(row, { selector: (listed) => listed.key });

describe('the gaps of a list', () => {
  it('name each match once at most, and every match that is on one side alone', () => {
    fc.assert(
      fc.property(rows, standings, (listed, house) => {
        const gaps = listGaps('season', listed, house);
        const keys = gaps.map((gap) => gap.key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const told of listed) {
          if (told.key !== null && !house.has(told.key)) expect(keys).toContain(told.key);
        }
        for (const [known, { isListed }] of house) {
          if (isListed && !listed.some((told) => told.key === known)) expect(keys).toContain(known);
        }
      }),
    );
  });

  it('of a list of fixtures are not the matches that have left it', () => {
    fc.assert(
      fc.property(standings, (house) => {
        expect(listGaps('fixtures', [], house)).toEqual([]);
      }),
    );
  });

  it('are none where the house has what the list says, and are left as long as the house stands as it stood', () => {
    fc.assert(
      fc.property(rows, standings, (listed, house) => {
        const inStep = new Map(
          listed.map(({ key: name, content: told, reading }): [string, HouseStanding] => [
            name ?? '',
            {
              ...{ content: told, isListed: true, processed: 'done', error: null },
              silver:
                reading.kind === 'read' && reading.says !== null
                  ? { says: reading.says, isFromThisList: true }
                  : null,
            },
          ]),
        );
        expect(listGaps('season', listed, inStep)).toEqual([]);
        for (const gap of listGaps('season', listed, house)) {
          const name = gap.key ?? '';
          expect(whyLeft(gap, house.get(name)), gap.kind).toBeDefined();
          if (gap.kind !== 'listed_no_more') expect(whyLeft(gap, inStep.get(name))).toBeUndefined();
        }
      }),
    );
  });

  it('of a row that cannot be read are held with its reason, until the match is told in other words', () => {
    const unreadable: ListedRow = { key: null, content: '1', reading: { kind: 'held', reason: 'no team' } };
    const [gap] = listGaps('season', [unreadable, unreadable], new Map());
    expect(gap).toMatchObject({ kind: 'held', reason: 'no team' });
    expect(gap && whyLeft(gap, undefined)).toBe('no team');
  });
});
