import { z } from 'zod';

/** The tables that are watched for anomalies. */
export const WatchedTable = z.enum(['matches', 'odds', 'predictions']);
export type WatchedTable = z.infer<typeof WatchedTable>;

/**
 * How anomalies are found. `mad` is the third of the rules for one value: median and MAD, which outliers do not move. `limits` holds values against
 * their table's own limits and needs no baseline.
 */
export const AnomalyMethod = z.enum([
  'limits',
  '3sigma',
  'iqr',
  'mad',
  'distribution_shift',
  'isolation_forest',
  'data_drift',
  'clustering',
]);
export type AnomalyMethod = z.infer<typeof AnomalyMethod>;

export const AnomalyType = z.enum(['statistical_outlier', 'distribution_shift', 'feature_drift']);
export type AnomalyType = z.infer<typeof AnomalyType>;

/** What each method finds. */
export const anomalyTypeOf: Readonly<Record<AnomalyMethod, AnomalyType>> = {
  limits: 'statistical_outlier',
  '3sigma': 'statistical_outlier',
  iqr: 'statistical_outlier',
  mad: 'statistical_outlier',
  distribution_shift: 'distribution_shift',
  isolation_forest: 'statistical_outlier',
  data_drift: 'feature_drift',
  clustering: 'statistical_outlier',
};

/** Which rows a detection looks at: all of its window, or those that are newer than the last detection. */
export const DetectionMode = z.enum(['full', 'incremental']);
export type DetectionMode = z.infer<typeof DetectionMode>;

/** From the worst to the least. */
export const AnomalySeverity = z.enum(['critical', 'high', 'medium', 'low']);
export type AnomalySeverity = z.infer<typeof AnomalySeverity>;

const share = z.number().min(0).max(1);

/** Limits by which a table's rows are judged. */
export const AnomalyThresholds = z.strictObject({
  /** The share of outliers above which a window is an anomaly. */
  outlier_rate: share,
  drift_score: share,
  p_value: share,
  /** The lowest and the highest price that is usual. */
  odds_range: z.tuple([z.number().min(1), z.number().min(1)]).optional(),
  /** How far the three probabilities' sum may be from 1. */
  probability_sum_tolerance: share.optional(),
  /** Of `clustering`: the distance between neighbours, in the columns' unit, and how many make a cluster, the row itself counted. */
  eps: z.number().positive().optional(),
  min_points: z.int().positive().optional(),
});
export type AnomalyThresholds = z.infer<typeof AnomalyThresholds>;

/** What is looked for in a table, and by which limits; it can be changed while the house runs. */
export const AnomalyConfiguration = z
  .strictObject({
    enabled_methods: z.array(AnomalyMethod).min(1),
    key_columns: z.array(z.string().min(1)).min(1),
    drift_baseline_days: z.int().positive(),
    thresholds: AnomalyThresholds,
    mode: DetectionMode,
  })
  .refine(
    ({ enabled_methods, thresholds }) =>
      !enabled_methods.includes('clustering') ||
      (thresholds.eps !== undefined && thresholds.min_points !== undefined),
    { path: ['thresholds'], error: 'clustering needs eps and min_points' },
  )
  .refine(({ thresholds: { odds_range } }) => odds_range === undefined || odds_range[0] < odds_range[1], {
    path: ['thresholds', 'odds_range'],
    error: 'odds_range is the lowest price and then the highest',
  });
export type AnomalyConfiguration = z.infer<typeof AnomalyConfiguration>;

/** A change of some keys; a threshold that is not named stays. */
export const AnomalyConfigurationChange = z.strictObject({
  enabled_methods: z.array(AnomalyMethod).min(1).exactOptional(),
  key_columns: z.array(z.string().min(1)).min(1).exactOptional(),
  drift_baseline_days: z.int().positive().exactOptional(),
  thresholds: AnomalyThresholds.partial().exactOptional(),
  mode: DetectionMode.exactOptional(),
});
export type AnomalyConfigurationChange = z.infer<typeof AnomalyConfigurationChange>;

/** The chances of a prediction, which add up to 1. */
export const outcomeProbabilities = [
  'home_win_probability',
  'draw_probability',
  'away_win_probability',
] as const;

/** The columns of each table that can be watched. */
export const watchableColumns: Readonly<Record<WatchedTable, readonly string[]>> = {
  matches: ['home_score', 'away_score', 'home_ht_score', 'away_ht_score', 'match_time'],
  odds: ['home_odds', 'draw_odds', 'away_odds'],
  predictions: [...outcomeProbabilities, 'confidence_score'],
};

/** The thresholds that are about one table's columns, and which table that is. */
export const tableOfThreshold = {
  odds_range: 'odds',
  probability_sum_tolerance: 'predictions',
} as const satisfies Partial<Record<keyof AnomalyThresholds, WatchedTable>>;

/** What a column that times a match is called: `limits` judges it by how many days its league had not played before. How fresh results are, the quality suites tell each hour. */
export const timeColumn = 'match_time';

const matchesThresholds: AnomalyThresholds = { outlier_rate: 0.05, drift_score: 0.1, p_value: 0.05 };

/** How each table is watched unless it was changed. A threshold that a table does not state is that of `matches`. */
export const defaultAnomalyConfiguration: Readonly<Record<WatchedTable, AnomalyConfiguration>> = {
  matches: {
    enabled_methods: ['3sigma', 'iqr', 'isolation_forest', 'data_drift'],
    key_columns: ['home_score', 'away_score', timeColumn],
    drift_baseline_days: 30,
    thresholds: matchesThresholds,
    mode: 'full',
  },
  odds: {
    enabled_methods: ['3sigma', 'iqr', 'isolation_forest', 'distribution_shift'],
    key_columns: ['home_odds', 'draw_odds', 'away_odds'],
    drift_baseline_days: 7,
    thresholds: { ...matchesThresholds, outlier_rate: 0.02, drift_score: 0.05, odds_range: [1.01, 100] },
    mode: 'full',
  },
  predictions: {
    enabled_methods: ['3sigma', 'clustering', 'data_drift'],
    key_columns: [...outcomeProbabilities],
    drift_baseline_days: 14,
    thresholds: { ...matchesThresholds, probability_sum_tolerance: 0.05, eps: 0.05, min_points: 5 },
    mode: 'full',
  },
};

/** What is usual of a column, as domain/anomaly counts it. Every figure is in the unit in which the column is measured, null where no value is left. */
export const ColumnBaseline = z.object({
  count: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
  mean: z.number().nullable(),
  deviation: z.number().nullable(),
  lowerQuartile: z.number().nullable(),
  median: z.number().nullable(),
  upperQuartile: z.number().nullable(),
  medianDeviation: z.number().nullable(),
  meanAbsoluteDeviation: z.number().nullable(),
});
export type ColumnBaseline = z.infer<typeof ColumnBaseline>;

/** What names a row for good, whatever its id: a rebuild gives a price another one. What a table has no word for is null. */
export const RecordName = z.object({
  matchId: z.number().nullable().default(null),
  dataSource: z.string().nullable().default(null),
  bookmaker: z.string().nullable().default(null),
  /** As Postgres writes instants in JSON. */
  collectedAt: z.string().nullable().default(null),
  recordedAt: z.string().nullable().default(null),
  /** Of a match: another result is another thing to tell. */
  result: z.string().nullable().default(null),
});
export type RecordName = z.infer<typeof RecordName>;

/** A row that a method found anomalous, as it is kept with the detection. */
export const AnomalousRecord = RecordName.extend({
  /** Of then. */
  id: z.number(),
  column: z.string(),
  /** As it was stored. */
  observed: z.number().nullable().default(null),
  /** As it was measured, in `unit`. */
  value: z.number().nullable(),
  unit: z.string().nullable().default(null),
  score: z.number(),
  /** The score above which a row is outside; of limits, the limit itself. */
  limit: z.number().nullable().default(null),
  /** What was usual of the column, in `unit`. */
  baseline: ColumnBaseline.nullable().default(null),
});
export type AnomalousRecord = z.infer<typeof AnomalousRecord>;
