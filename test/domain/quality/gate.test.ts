import { describe, expect, it } from 'vitest';
import { holdsBack, refuseUnmet } from '../../../domain/quality/gate.js';
import { CheckFailed } from '../../../schemas/errors.js';
import type { SuiteResult, Validation } from '../../../schemas/records/validation.js';
import type { Weight } from '../../../schemas/tables/expectations.js';

const found = (weight: Weight, unexpected: number, says = 'a match has a kick-off'): Validation => ({
  expectation: { type: 'expect_column_values_to_not_be_null', column: 'match_time', weight, says },
  ...{ evaluated: 380, unexpected, examples: unexpected === 0 ? [] : [{ id: 7, raw_id: 9 }] },
});
const result = (table: string, ...validations: readonly Validation[]): SuiteResult => ({
  ...{ suite: 'one', table, rows: 380, validations, seconds: 0.1 },
});

describe('a publication', () => {
  it('may be made where all is met, or what is not only reports', () => {
    const results = [result('silver.matches', found('reports', 10), found('blocks', 0))];
    expect(holdsBack(results)).toEqual([]);
    expect(() => {
      refuseUnmet(results);
    }).not.toThrow();
  });

  it('is refused by one row that does not meet what holds it back, and says table, rule, rows and payload', () => {
    const refused = (): void => {
      refuseUnmet([result('silver.odds'), result('silver.matches', found('blocks', 1))]);
    };
    expect(refused).toThrow(CheckFailed);
    expect(refused).toThrow(
      'What is expected of the lake is not met. silver.matches: a match has a kick-off; 1 of 380 rows is not so: {"id":7,"raw_id":9}',
    );
  });

  it('tells three rules in full and counts the others', () => {
    const many = ['one', 'two', 'three', 'four', 'five'].map((says) => found('blocks', 2, says));
    expect(() => {
      refuseUnmet([result('silver.matches', ...many)]);
    }).toThrow(/one; 2 of 380 rows are not so.*two.*three; [^}]*}\. 2 more are not met$/);
  });
});
