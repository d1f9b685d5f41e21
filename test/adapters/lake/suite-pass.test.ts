import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRows, type JsonRow } from '../../../adapters/lake/rows.js';
import { Month } from '../../../adapters/lake/months.js';
import { runSuite } from '../../../adapters/lake/suite-pass.js';
import type { Expectation, Suite } from '../../../schemas/tables/expectations.js';
import { column, type LakeTable } from '../../../schemas/tables/lake-table.js';

let connection: DuckDBConnection;
let asked: string[];
beforeEach(async () => {
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run('create schema silver');
  await connection.run('create table silver.teams (id integer)');
  await connection.run('insert into silver.teams values (1), (2)');
  await connection.run(
    'create table silver.goals (id integer, team_id integer, minute integer, half varchar, raw_id integer)',
  );
  asked = [];
});
afterEach(() => {
  connection.closeSync();
});

const table = (name: string): LakeTable => ({
  ...{
    layer: 'silver',
    name,
    description: 'Goals.',
    partitionColumn: null,
    businessKey: ['team_id', 'minute'],
  },
  columns: [column('id', 'INTEGER', 'Id.')],
});
const goals = table('goals');
const ask = (sql: string): Promise<JsonRow[]> => {
  asked.push(sql);
  return readRows(connection, sql);
};
/** A row of the table, as a property makes it. */
interface Goal {
  readonly team: number | null;
  readonly minute: number | null;
  readonly half: string | null;
}
const suite = (...expectations: readonly Expectation[]): Suite => ({
  name: 'goals',
  table: goals,
  expectations,
});
const blocks = { weight: 'blocks', says: 'so it is' } as const;
const insert = (...rows: readonly string[]) =>
  connection.run(`insert into silver.goals values ${rows.map((row) => `(${row})`).join(', ')}`);

const all: readonly Expectation[] = [
  { type: 'expect_column_to_exist', column: 'minute', ...blocks },
  { type: 'expect_column_values_to_not_be_null', column: 'minute', ...blocks },
  { type: 'expect_column_values_to_be_between', column: 'minute', min: 0, max: 120, ...blocks },
  {
    type: 'expect_column_values_to_be_in_set',
    column: 'half',
    values: ['first', "golden 'goal'"],
    ...blocks,
  },
  { type: 'expect_compound_columns_to_be_unique', columns: ['team_id', 'minute'], ...blocks },
  {
    ...{ type: 'expect_column_values_to_refer_to', column: 'team_id', table: table('teams'), key: 'id' },
    ...blocks,
  },
  { type: 'expect_rows_to_satisfy', columns: ['id', 'minute'], condition: 'minute > id', ...blocks },
];

describe('a table that is held against its suite', () => {
  it('meets it: in one pass, with what each expectation judged', async () => {
    await insert(`1, 1, 10, 'first', 7`, `2, 2, 20, 'golden ''goal''', 8`, `3, null, 30, null, 9`);
    const { rows, validations } = await runSuite(ask, suite(...all));
    expect(rows).toBe(3);
    expect(validations.map(({ evaluated }) => evaluated)).toEqual([1, 3, 3, 2, 3, 2, 3]);
    expect(validations.every(({ unexpected }) => unexpected === 0)).toBe(true);
    expect(asked).toHaveLength(2);
  });

  it('does not: each expectation counts its rows and shows some, by key, column and payload', async () => {
    await insert(
      `1, 1, null, 'first', 7`,
      `2, 9, 130, 'third', 8`,
      `300, 1, 20, 'first', 9`,
      `3, 1, 20, 'first', 9`,
      `4, 1, 20, 'first', 9`,
    );
    const { validations } = await runSuite(ask, suite(...all));
    expect(validations.map(({ unexpected }) => unexpected)).toEqual([0, 1, 1, 1, 2, 1, 1]);
    expect(validations[1]?.examples).toEqual([{ team_id: 1, minute: null, id: 1, raw_id: 7 }]);
    expect(validations[4]?.examples).toEqual([{ team_id: 1, minute: 20, n: 3 }]);
    expect(validations[5]?.examples).toEqual([{ team_id: 9, minute: 130, id: 2, raw_id: 8 }]);
  });

  it('without a column fails what is expected of that, and is judged by the rest', async () => {
    await insert(`1, 1, 10, 'first', 7`);
    const { validations } = await runSuite(
      ask,
      suite(
        { type: 'expect_column_to_exist', column: 'scorer', ...blocks },
        { type: 'expect_column_values_to_not_be_null', column: 'scorer', ...blocks },
        { type: 'expect_column_values_to_not_be_null', column: 'minute', ...blocks },
      ),
    );
    expect(validations.map(({ unexpected }) => unexpected)).toEqual([1, 1, 0]);
  });

  describe('of which some months are new', () => {
    const byMonth = { ...goals, partitionColumn: 'scored_at' };
    const march = { months: [Month.parse('2024-03')] };
    beforeEach(async () => {
      await connection.run("set TimeZone = 'UTC'");
      await connection.run('alter table silver.goals add column scored_at timestamptz');
      await insert(
        `1, 1, 130, 'first', 7, '2024-02-28 15:00:00Z'`,
        `2, 1, 130, 'third', 8, '2024-02-28 15:00:00Z'`,
        `3, 2, 10, 'first', 9, '2024-03-01 15:00:00Z'`,
      );
    });

    it('is judged by their rows alone', async () => {
      const { rows, validations } = await runSuite(ask, { ...suite(...all), table: byMonth }, march);
      expect(rows).toBe(1);
      expect(validations.every(({ unexpected }) => unexpected === 0)).toBe(true);
    });

    it('has no new row whose key an old one has', async () => {
      await insert(`4, 2, 10, 'first', 9, '2024-02-28 15:00:00Z'`);
      const { validations } = await runSuite(ask, { ...suite(...all), table: byMonth }, march);
      expect(validations[4]).toMatchObject({
        evaluated: 1,
        unexpected: 1,
        examples: [{ team_id: 2, minute: 10, n: 2 }],
      });
    });

    it('is not asked about other months where its key has the instant', async () => {
      const key = ['team_id', 'scored_at'];
      const keyed: Expectation = { type: 'expect_compound_columns_to_be_unique', columns: key, ...blocks };
      const { validations } = await runSuite(ask, { ...suite(keyed), table: byMonth }, march);
      expect(validations[0]?.unexpected).toBe(0);
      expect(asked).toHaveLength(2);
    });
  });

  describe('by rules over two rows', () => {
    const agrees: Expectation = {
      ...{ type: 'expect_rows_to_agree_with', column: 'team_id', table: table('teams'), key: 'id' },
      ...{ columns: ['team_id', 'minute'], others: ['id'] },
      ...{ condition: 'judged.minute < 60 * other.id', ...blocks },
    };
    const follows: Expectation = {
      ...{ type: 'expect_rows_to_follow_each_other', sequence: ['team_id', 'half'], by: 'minute' },
      ...{ columns: ['id'], condition: 'id > earlier_id', ...blocks },
    };

    it('is held against the row that each refers to; one that refers to none is not judged', async () => {
      await insert(
        `1, 1, 50, 'first', 7`,
        `2, 1, 70, 'second', 8`,
        `3, 2, 70, 'second', 9`,
        `4, 9, 70, null, 9`,
      );
      const { validations } = await runSuite(ask, suite(agrees, { ...agrees, among: 'minute < 60' }));
      expect(validations).toMatchObject([
        {
          evaluated: 3,
          unexpected: 1,
          examples: [{ team_id: 1, minute: 70, id: 2, raw_id: 8, other_id: 1 }],
        },
        { evaluated: 1, unexpected: 0, examples: [] },
      ]);
    });

    it('is held against the row before it in its sequence; the first of each is not judged', async () => {
      await insert(
        `5, 1, 10, 'first', 7`,
        `9, 1, 20, 'first', 8`,
        `3, 2, 15, 'first', 9`,
        `7, 1, 30, 'first', 9`,
      );
      const { validations } = await runSuite(ask, suite(follows, { ...follows, among: 'earlier_id < 9' }));
      expect(validations).toMatchObject([
        {
          evaluated: 2,
          unexpected: 1,
          examples: [{ team_id: 1, minute: 30, id: 7, raw_id: 9, earlier_id: 9 }],
        },
        { evaluated: 1, unexpected: 0 },
      ]);
    });

    it('looks for the row before in months that are not judged, and judges none of theirs', async () => {
      await connection.run("set TimeZone = 'UTC'");
      await connection.run('alter table silver.goals add column scored_at timestamptz');
      await insert(
        `9, 1, 10, 'first', 7, '2024-02-28 15:00:00Z'`,
        `8, 1, 20, 'first', 8, '2024-02-28 16:00:00Z'`,
        `7, 1, 30, 'first', 9, '2024-03-01 15:00:00Z'`,
      );
      const byMonth = { ...goals, partitionColumn: 'scored_at' };
      const march = { months: [Month.parse('2024-03')] };
      const { validations } = await runSuite(ask, { ...suite(follows), table: byMonth }, march);
      expect(validations).toMatchObject([
        { evaluated: 1, unexpected: 1, examples: [{ id: 7, earlier_id: 8 }] },
      ]);
    });
  });

  it('does not meet what looks up a column that another table has no more, and meets the rest', async () => {
    await connection.run('alter table silver.teams rename column id to team');
    await insert(`1, 1, 30, 'first', 7`);
    const has = (of: LakeTable, name: string): boolean => !(of.name === 'teams' && name === 'id');
    const { validations } = await runSuite(ask, suite(...all), { has });
    const unmet = validations.filter(({ unexpected }) => unexpected > 0);
    expect(unmet.map(({ expectation }) => expectation.type)).toEqual(['expect_column_values_to_refer_to']);
  });

  it('names the payloads of a row that stand in another table', async () => {
    await connection.run('create table silver.told (goal integer, raw_id integer)');
    await connection.run('insert into silver.told values (1, 12), (1, 11), (1, 12), (2, 13)');
    await connection.run('alter table silver.goals drop column raw_id');
    await insert(`1, 1, 130, 'first'`);
    const payloads = { table: table('told'), by: 'goal', key: 'id' };
    const { validations } = await runSuite(ask, { ...suite(...all), payloads });
    expect(validations[2]?.examples).toEqual([{ team_id: 1, minute: 130, id: 1, raw_ids: [11, 12] }]);
  });

  it('counts what a count by hand counts, among the rows that an expectation is about, whatever it expects', async () => {
    const maybe = <Of>(of: fc.Arbitrary<Of>) => fc.option(of, { nil: null });
    const goal = fc.record({
      team: maybe(fc.integer({ min: 1, max: 3 })),
      minute: maybe(fc.integer({ min: -5, max: 130 })),
      half: maybe(fc.constantFrom('first', 'second', 'third')),
    });
    const isFirst = ({ half }: Goal): boolean => half === 'first';
    const withAmong = all.slice(1).map((expectation) => ({ ...expectation, among: `half = 'first'` }));
    /** How many rows each of `all` judges, and how many do not meet it, by hand; the id is the row's place. */
    const byHand = (made: readonly (Goal & { readonly id: number })[]): [number, number][] => {
      const minutes = made.flatMap(({ minute }) => minute ?? []);
      const halves = made.flatMap(({ half }) => half ?? []);
      const teams = made.flatMap(({ team }) => team ?? []);
      const keys = new Set(made.map(({ team, minute }) => `${team ?? ''}/${minute ?? ''}`));
      const later = made.filter(({ minute, id }) => minute !== null && minute <= id);
      return [
        [made.length, made.length - minutes.length],
        [minutes.length, minutes.filter((at) => at < 0 || at > 120).length],
        [halves.length, halves.filter((half) => half !== 'first').length],
        [made.length, made.length - keys.size],
        [teams.length, teams.filter((team) => team > 2).length],
        [minutes.length, later.length],
      ];
    };
    await fc.assert(
      fc.asyncProperty(fc.array(goal, { minLength: 1, maxLength: 30 }), async (goalsMade) => {
        const made = goalsMade.map((one, id) => ({ ...one, id }));
        await connection.run('delete from silver.goals');
        const text = (value: string | number | null): string =>
          value === null ? 'null' : typeof value === 'number' ? String(value) : `'${value}'`;
        await insert(
          ...made.map(({ id, team, minute, half }) => [id, team, minute, half, id].map(text).join(', ')),
        );
        const found = async (...expectations: readonly Expectation[]) =>
          (await runSuite(ask, suite(...expectations))).validations.map(({ evaluated, unexpected }) => [
            ...[evaluated, unexpected],
          ]);
        expect(await found(...all.slice(1))).toEqual(byHand(made));
        expect(await found(...withAmong)).toEqual(byHand(made.filter(isFirst)));
      }),
      { numRuns: 50 },
    );
  });
});
