import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../schemas/tables/expectations.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import { goldTables } from '../../schemas/tables/gold.js';
import { silverTables } from '../../schemas/tables/silver.js';
import { suites } from '../../schemas/tables/suites.js';

const suiteOf = (name: string) => suites.find(({ table }) => qualifiedName(table) === name);

describe('the suites', () => {
  it('expect of each table what its own columns can meet', () => {
    for (const { table, expectations } of suites) {
      const declared = table.columns.map(({ name }) => name);
      for (const expectation of expectations) {
        expect(declared, expectation.says).toEqual(expect.arrayContaining([...columnsOf(expectation)]));
      }
    }
  });

  it('say each expectation in words of its own, by the columns it is about', () => {
    for (const { expectations } of suites) {
      const said = expectations.map((one) => `${one.type} ${columnsOf(one).join()} ${one.says}`);
      expect(new Set(said).size).toBe(said.length);
    }
  });

  it('hold what QUAL-3 and QUAL-4 list', () => {
    const expected = (table: string) =>
      (suiteOf(table)?.expectations ?? []).map((one) => `${one.type} ${columnsOf(one).join()}`);
    const between = (name: string) => `expect_column_values_to_be_between ${name}`;
    const filled = (name: string) => `expect_column_values_to_not_be_null ${name}`;
    expect(expected('silver.matches')).toEqual(
      expect.arrayContaining([
        ...['match_time', 'home_team_id', 'away_team_id', 'league_id'].map(filled),
        ...['home_score', 'away_score', 'home_ht_score', 'away_ht_score'].map(between),
        ...['league_id', 'home_team_id', 'away_team_id'].map(
          (name) => `expect_column_values_to_refer_to ${name}`,
        ),
      ]),
    );
    expect(expected('silver.odds')).toEqual(
      expect.arrayContaining([
        ...['home_odds', 'draw_odds', 'away_odds', 'over_odds', 'under_odds'].map(between),
        'expect_rows_to_satisfy home_odds,draw_odds,away_odds',
      ]),
    );
  });

  it('are there for every table of silver and gold', () => {
    expect(suites.map(({ table }) => qualifiedName(table)).toSorted()).toEqual(
      [...silverTables, ...goldTables].map(qualifiedName).toSorted(),
    );
  });
});
