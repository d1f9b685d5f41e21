import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { capByFreshness, overallScore, scoreOf } from '../../../domain/quality/score.js';
import type { DueKind } from '../../../schemas/records/freshness.js';
import type { Validation } from '../../../schemas/records/validation.js';
import type { Weight } from '../../../schemas/tables/expectations.js';

const found = (weight: Weight, evaluated: number, unexpected: number): Validation => ({
  expectation: { type: 'expect_column_values_to_not_be_null', column: 'match_time', weight, says: 'so' },
  ...{ evaluated, unexpected, examples: [] },
});
const validation = fc
  .record({
    weight: fc.constantFrom<Weight>('blocks', 'reports'),
    evaluated: fc.nat(1_000),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ weight, evaluated, share }) => found(weight, evaluated, Math.floor(evaluated * share)));
const result = (...validations: readonly Validation[]) => ({
  ...{ suite: 'one', table: 'silver.matches', rows: 10, validations, seconds: 1 },
});

describe('the score of a table', () => {
  it('is 100 where everything is met or nothing was judged, and 0 where nothing is met', () => {
    expect(scoreOf([])).toBe(100);
    expect(scoreOf([found('blocks', 0, 0), found('reports', 5, 0)])).toBe(100);
    expect(scoreOf([found('blocks', 5, 5), found('reports', 5, 5)])).toBe(0);
  });

  it('counts what holds a table back three times, by the share of rows that meet it', () => {
    expect(scoreOf([found('blocks', 10, 5), found('reports', 10, 0)])).toBeCloseTo(62.5, 10);
  });

  it('lies within 0 and 100, and one more row that does not meet something never raises it', () => {
    fc.assert(
      fc.property(fc.array(validation, { minLength: 1 }), fc.nat(), (validations, at) => {
        const score = scoreOf(validations);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(100);
        const worse = validations.map((one, place) =>
          place === at % validations.length && one.unexpected < one.evaluated
            ? { ...one, unexpected: one.unexpected + 1 }
            : one,
        );
        expect(scoreOf(worse)).toBeLessThanOrEqual(score + 1e-9);
      }),
    );
  });

  it('of the house is that of all expectations together', () => {
    const bad = result(found('blocks', 10, 10));
    const good = result(found('blocks', 10, 0), found('blocks', 10, 0), found('blocks', 10, 0));
    expect(overallScore([bad, good])).toBe(75);
  });
});

describe('a score by freshness', () => {
  const fresh = (kind: DueKind, due: number, missing: number) => ({ kind, due, missing });
  const capped = (...due: readonly ReturnType<typeof fresh>[]) =>
    capByFreshness({ 'silver.matches': 99, 'silver.odds': 98, 'silver.teams': 100, overall: 99 }, { due });

  it('stays where nothing due is missing, and where nothing was asked', () => {
    expect(capped(fresh('score', 10, 0), fresh('closing_price', 0, 0))).toEqual(
      capByFreshness(capped(), null),
    );
  });

  it('is at most 50 and half the percentage of matches that have what was due, of the tables it is about and overall', () => {
    expect(capped(fresh('score', 10, 5))).toMatchObject({
      ...{ 'silver.matches': 75, 'silver.odds': 98, 'silver.teams': 100, overall: 75 },
    });
    expect(capped(fresh('score', 10, 1), fresh('closing_price', 4, 4))).toMatchObject({
      ...{ 'silver.matches': 95, 'silver.odds': 50, overall: 50 },
    });
    expect(capped(fresh('fixtures', 10, 10), fresh('odds', 10, 5))).toMatchObject({
      ...{ 'silver.matches': 50, 'silver.odds': 75, overall: 50 },
    });
  });

  it('is not raised', () => {
    expect(capped(fresh('lineups', 1_000, 1))).toMatchObject({ 'silver.matches': 99, overall: 99 });
  });
});
