import { expect, it } from 'vitest';
import { targetsOf } from '../../../domain/quality/targets.js';

type Checkpoint = Parameters<typeof targetsOf>[0];
const well: Checkpoint = {
  overallSuccessRate: 99,
  anomalies: {
    suspiciousOdds: { count: 4, of: 100, shown: [] },
    unusualScores: { count: 0, of: 0, shown: [] },
  },
  freshness: {
    ...{ fixturesLastUpdate: 1, oddsLastUpdate: null, due: [], missingMatches: [], goldBehind: null },
    waiting: [{ dataset: 'silver.odds', partitions: 1, oldest: '2026-10', hours: 2 }],
  },
  validations: [],
};
const reached = (change: Partial<Checkpoint>) =>
  targetsOf({ ...well, ...change }).map((target) => target.reached);

it('a house that is well reaches the targets, each told with what it came to', () => {
  expect(targetsOf(well).map(({ value, reached: is }) => [value, is])).toEqual([
    [99, true],
    [4, true],
    [2, true],
    [0, true],
  ]);
});

it('a target that is missed is told as that: at the limit it is', () => {
  expect(reached({ overallSuccessRate: 95 })[0]).toBe(false);
  const anomalies = {
    suspiciousOdds: { count: 5, of: 100, shown: [] },
    unusualScores: { count: 0, of: 1, shown: [] },
  };
  expect(reached({ anomalies })[1]).toBe(false);
  expect(reached({ freshness: well.freshness && { ...well.freshness, goldBehind: 24 } })[2]).toBe(false);
  const unmet = {
    ...{ table: 'silver.odds', suite: 'odds', type: 'expect_rows_to_satisfy', columns: [], says: 'so it is' },
    ...{ evaluated: 2, unexpected: 1, examples: [] },
  };
  expect(reached({ validations: [{ ...unmet, weight: 'blocks' }] })[3]).toBe(false);
  expect(reached({ validations: [{ ...unmet, weight: 'reports' }] })[3]).toBe(true);
});

it('what a check did not ask for is no target of it', () => {
  expect(targetsOf({ ...well, anomalies: null, freshness: null })).toHaveLength(2);
});
