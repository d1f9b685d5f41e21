import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../domain/anomaly/baseline.js';
import { agreedOutliers, detectBy, methodsOf } from '../../../domain/anomaly/detect.js';
import type { Points } from '../../../domain/anomaly/points.js';
import { seededRandom } from '../../../domain/anomaly/seeded-random.js';
import { alarmsOf } from '../../../domain/anomaly/tell-findings.js';
import type { WatchedRows } from '../../../domain/anomaly/watched-rows.js';
import {
  anomalyTypeOf,
  defaultAnomalyConfiguration,
  outcomeProbabilities,
  type AnomalyMethod,
  type WatchedTable,
} from '../../../schemas/records/anomaly.js';

const points = (columns: number, rows: readonly (readonly number[])[]): Points => ({
  ...{ rows: rows.length, columns },
  values: Float64Array.from(rows.flat()),
});

const random = seededRandom(11);
const noise = (): number[] => [0, 1, 2].map(() => 0.01 * (random() - 0.5));
const sample = Array.from({ length: 300 }, noise);

/** Rows of odds: how far each leg is from the other bookmakers, and the prices themselves. */
function odds(
  measured: readonly (readonly number[])[],
  stored: readonly (readonly number[])[] = measured.map(() => [2, 3.4, 3.6]),
  near = { rows: 0, measured: 0 },
): WatchedRows {
  const columns = ['home_odds', 'draw_odds', 'away_odds'];
  const baselines = columns.map((_, at) => baselineOf(Float64Array.from(sample, (row) => row[at] ?? NaN)));
  const none = baselineOf(new Float64Array());
  return {
    ...{ columns, ids: measured.map((_, row) => row + 1), baselines, near },
    spacingOf: () => undefined,
    stored: points(3, stored),
    measured: points(3, measured),
    sample: points(3, sample),
    baselineOf: (_, column) => baselines[column] ?? none,
    distributions: [],
  };
}
const by = (method: AnomalyMethod, rows: WatchedRows, table: WatchedTable = 'odds') =>
  detectBy(method, table, rows, defaultAnomalyConfiguration[table]);
const rowMethods = ['3sigma', 'iqr', 'isolation_forest'] as const;

describe('a row is an outlier', () => {
  it.each(rowMethods)('by %s where it lies beyond the rule and far enough to matter', (method) => {
    // A forest knows of the edges of its columns, not how far beyond them a row lies: this one is beyond all three.
    const rows = odds([noise(), [0.2, 0.1, -0.3], noise()]);
    expect(by(method, rows)).toMatchObject({ tested: 3, anomalous: 1, skipped: 0, rows: [{ id: 2 }] });
  });

  it.each(rowMethods)('by %s not where it lies beyond the rule and misleads nobody', (method) => {
    expect(by(method, odds([[0.045, 0, -0.045]]))).toMatchObject({ tested: 1, anomalous: 0 });
  });

  it.each(rowMethods)('by %s not where it lacks what it is measured by, which says so', (method) => {
    expect(by(method, odds([[NaN, NaN, NaN]]))).toMatchObject({ tested: 0, anomalous: 0, skipped: 1 });
  });

  it('by its limits where a price lies outside its range, and the one furthest outside tells of it', () => {
    const found = by(
      'limits',
      odds(
        [noise(), noise()],
        [
          [2, 150, 300],
          [1.5, 4, 100],
        ],
      ),
    );
    expect(found).toMatchObject({
      tested: 2,
      anomalous: 1,
      rows: [{ id: 1, column: 'away_odds', value: 300, score: 3 }],
    });
  });

  it('of predictions where its three chances do not add up, whatever else is watched', () => {
    const stored = [
      [0.5, 0.3, 0.2],
      [0.5, 0.3, 0.1],
    ];
    const wrongOf = (columns: readonly string[], values: readonly (readonly number[])[]): number[] => {
      const rows = { ...odds([noise(), noise()]), columns, stored: points(columns.length, values) };
      return by('limits', rows, 'predictions').rows.map(({ id }) => id);
    };
    expect(wrongOf(outcomeProbabilities, stored)).toEqual([2]);
    const withConfidence = stored.map((chances) => [0.9, ...chances]);
    expect(wrongOf(['confidence_score', ...outcomeProbabilities], withConfidence)).toEqual([2]);
    const twoOfThem = stored.map((chances) => chances.slice(0, 2));
    expect(wrongOf(outcomeProbabilities.slice(0, 2), twoOfThem)).toEqual([]);
  });
});

describe('severity', () => {
  const outliers = (count: number, of: number) =>
    odds(Array.from({ length: of }, (_, row) => (row < count ? [0.2, 0, -0.2] : [0, 0, 0])));
  it.each([
    ['low', 1, 100],
    ['medium', 3, 100],
    ['medium', 6, 100],
    ['high', 11, 100],
    ['critical', 21, 100],
  ] as const)('is %s where %i of %i rows are outliers', (severity, count, of) => {
    expect(by('3sigma', outliers(count, of))).toMatchObject({ anomalous: count, severity });
  });

  it('goes by no share of a handful of rows', () => {
    expect(by('3sigma', outliers(1, 2)).severity).toBe('low');
  });
});

describe('the methods of a table', () => {
  it('are those enabled, and its own limits where it states some', () => {
    expect(methodsOf(defaultAnomalyConfiguration.matches)).toEqual([
      'limits',
      '3sigma',
      'iqr',
      'isolation_forest',
      'data_drift',
    ]);
    expect(methodsOf(defaultAnomalyConfiguration.predictions)).toEqual([
      'limits',
      '3sigma',
      'data_drift',
      'clustering',
    ]);
  });

  const said = (method: AnomalyMethod, ids: readonly number[], tested = 10) => ({
    ...{ method, anomalyType: anomalyTypeOf[method], severity: 'low' as const, score: 1, tested },
    ...{ anomalous: ids.length, skipped: 0, features: [] },
    rows: ids.map((id) => ({
      ...{ id, column: 'home_odds', observed: 2, value: 1, score: 4, limit: 3, baseline: null },
    })),
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
  ])('agree on a row where more than half of them put it outside: of %i at least %i', (count, fewest) => {
    const enabled = (['3sigma', 'iqr', 'mad', 'isolation_forest'] as const).slice(0, count);
    const agreed = enabled.map((_, more) =>
      agreedOutliers(enabled.map((method, at) => said(method, at <= more ? [1] : []))),
    );
    expect(agreed).toEqual(enabled.map((_, more) => (more + 1 >= fewest ? [1] : [])));
  });

  it('agree row by row; one that could judge nothing agrees with nobody, and limits have no vote', () => {
    const found = [
      said('limits', [2, 7]),
      said('3sigma', [1, 2]),
      said('iqr', [1, 3]),
      said('isolation_forest', [1]),
    ];
    expect(agreedOutliers(found)).toEqual([1]);
    expect(agreedOutliers([said('3sigma', [4]), said('isolation_forest', [], 0)])).toEqual([]);
    const [alarm, ...others] = alarmsOf('odds', found);
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ anomalyType: 'statistical_outlier', severity: 'low' });
    expect(alarm?.message).toMatch(/^4 rows of odds/);
  });
});

describe('rows that lie too near to the usual to be looked at', () => {
  it.each(['limits', ...rowMethods] as const)('count as judged by %s', (method) => {
    const alone = by(method, odds([[0.2, 0.1, -0.3], noise()]));
    const among = by(method, odds([[0.2, 0.1, -0.3], noise()], undefined, { rows: 1_000, measured: 900 }));
    expect(among.rows).toEqual(alone.rows);
    expect(among.tested - alone.tested).toBe(method === 'limits' ? 1_000 : 900);
    expect(among.tested + among.skipped).toBe(1_002);
  });
});

describe('a league that has not played', () => {
  it.each([
    [35, 14, 1],
    [21, 14, 0],
    [35, 36, 0],
  ])(
    'for %i days, and for %i at most in the year before, is told of %i times',
    (days, longestBefore, times) => {
      const rows = {
        ...odds([noise(), noise()]),
        spacingOf: (row: number) => (row === 0 ? { days, longestBefore } : undefined),
      };
      const found = by('limits', rows, 'matches').rows.map(({ id, column, value }) => [id, column, value]);
      expect(found).toEqual(Array.from({ length: times }, () => [1, 'match_time', days]));
    },
  );
});
