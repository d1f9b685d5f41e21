import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../domain/anomaly/baseline.js';
import { recordsOf } from '../../../domain/anomaly/records.js';
import { tellRecord } from '../../../domain/anomaly/tell-record.js';
import { anomalyTypeOf, type AnomalyMethod, type WatchedTable } from '../../../schemas/records/anomaly.js';

const baseline = baselineOf(Float64Array.from([-0.02, -0.01, 0, 0.01, 0.02]));

/** What a reader is told of a row that a method found. */
function told(
  method: AnomalyMethod,
  table: WatchedTable,
  row: {
    readonly column: string;
    readonly observed: number;
    readonly value: number;
    readonly score: number;
    readonly limit: number;
  },
): string {
  const [record] = recordsOf(
    table,
    {
      ...{ method, anomalyType: anomalyTypeOf[method], severity: 'low', score: row.score, tested: 9 },
      ...{
        anomalous: 1,
        skipped: 0,
        features: [],
        rows: [{ id: 7, baseline: method === 'limits' ? null : baseline, ...row }],
      },
    },
    new Map(),
  );
  return record === undefined ? '' : tellRecord(method, table, record);
}
const price = { column: 'home_odds', observed: 6.5, value: -0.5, score: 31.6, limit: 3 };

describe('why a row was found', () => {
  it.each([
    [
      '3sigma',
      'home_odds 6.5 implies a chance 0.5 below the median of the other bookmakers; usual is 0 ± 0.0158 (mean ± standard deviation): deviations off 31.6, and more than 3 is outside.',
    ],
    [
      'iqr',
      'home_odds 6.5 implies a chance 0.5 below the median of the other bookmakers; usual is -0.01 to 0.01 (quartiles, median 0): interquartile ranges outside 31.6, and more than 3 is outside.',
    ],
    [
      'mad',
      'home_odds 6.5 implies a chance 0.5 below the median of the other bookmakers; usual is 0 ± 0.01 (median ± MAD): robust deviations off 31.6, and more than 3 is outside.',
    ],
  ] as const)(
    'by %s says what was observed, what is usual, the score and from where on it counts',
    (method, sentence) => {
      expect(told(method, 'odds', price)).toBe(sentence);
    },
  );

  it('is told in the words of its table', () => {
    const goals = { column: 'home_score', observed: 9, value: 9, score: 6.2, limit: 3 };
    expect(told('3sigma', 'matches', goals)).toMatch(/^home_score is 9 goals; usual is /);
    const chance = { column: 'draw_probability', observed: 0.9, value: 0.9, score: 0.6, limit: 0.05 };
    expect(told('clustering', 'predictions', chance)).toBe(
      'draw_probability is 0.9; usual is 0 ± 0.01 (median ± MAD), it is 0.6 from there, and no cluster has a row within 0.05.',
    );
  });

  it('by a limit names the limit', () => {
    const dear = { column: 'away_odds', observed: 300, value: 300, score: 3, limit: 100 };
    expect(told('limits', 'odds', dear)).toBe(
      'away_odds 300 is beyond 100, the highest price that is usual, by a factor of 3.',
    );
    const gap = { column: 'match_time', observed: 35, value: 35, score: 1.67, limit: 21 };
    expect(told('limits', 'matches', gap)).toBe(
      'Its league had not played for 35 days; more than 21 within a season are asked about.',
    );
    const sum = { column: 'probability_sum', observed: 1.2, value: 1.2, score: 0.2, limit: 0.05 };
    expect(told('limits', 'predictions', sum)).toBe(
      'The probabilities add up to 1.2, which is off 1 by 0.2; 0.05 is tolerated.',
    );
  });
});
