import {
  anomalyTypeOf,
  AnomalyMethod,
  timeColumn,
  type AnomalyConfiguration,
  type AnomalySeverity,
  type AnomalyType,
  type WatchedTable,
} from '../../schemas/records/anomaly.js';
import { featureDrifts, standardDrift, type FeatureDrift } from './drift.js';
import { judgeRows, type AnomalousRow, type RowMethod, type RowVerdicts } from './judge-rows.js';
import { severityOf } from './severity.js';
import { columnShifts, type ColumnShift } from './shift.js';
import type { WatchedRows } from './watched-rows.js';

/** What one method found. Of a method that compares distributions `tested` and `anomalous` count columns. */
export interface MethodFinding {
  readonly method: AnomalyMethod;
  readonly anomalyType: AnomalyType;
  readonly severity: AnomalySeverity;
  readonly score: number;
  readonly tested: number;
  readonly anomalous: number;
  readonly skipped: number;
  /** The worst first; empty of a method that compares distributions. */
  readonly rows: readonly AnomalousRow[];
  readonly features: readonly (FeatureDrift | ColumnShift)[];
}

/** A share of fewer rows says nothing about a window: one of two is half of them. */
export const fewestForRate = 30;

/** The methods that look at a table: those enabled, and its own limits where it states some or its time is watched. */
export function methodsOf({
  enabled_methods: enabled,
  key_columns: columns,
  thresholds,
}: AnomalyConfiguration): AnomalyMethod[] {
  const hasLimits =
    thresholds.odds_range !== undefined ||
    thresholds.probability_sum_tolerance !== undefined ||
    columns.includes(timeColumn);
  return AnomalyMethod.options.filter(
    (method) => enabled.includes(method) || (method === 'limits' && hasLimits),
  );
}

/** What one method finds in the rows. Pure: equal rows and configuration give the same finding. */
export function detectBy(
  method: AnomalyMethod,
  table: WatchedTable,
  rows: WatchedRows,
  configuration: AnomalyConfiguration,
): MethodFinding {
  const { p_value: p, drift_score: score } = configuration.thresholds;
  switch (method) {
    case 'distribution_shift':
      return ofShifts(columnShifts(rows.distributions, p));
    case 'data_drift':
      return ofDrifts(featureDrifts(rows.distributions, { ...standardDrift, p, score }));
    case 'limits':
    case '3sigma':
    case 'iqr':
    case 'mad':
    case 'isolation_forest':
    case 'clustering':
      return ofRows(method, judgeRows(method, table, rows, configuration), configuration);
  }
}

function ofRows(
  method: RowMethod,
  { anomalous, tested, skipped }: RowVerdicts,
  { thresholds }: AnomalyConfiguration,
): MethodFinding {
  const rate = tested < fewestForRate ? 0 : anomalous.length / tested;
  const severity = severityOf({ anomalyRate: rate });
  return {
    ...{ method, anomalyType: anomalyTypeOf[method], tested, skipped, rows: anomalous, features: [] },
    severity: severity === 'low' && rate > thresholds.outlier_rate ? 'medium' : severity,
    score: anomalous[0]?.score ?? 0,
    anomalous: anomalous.length,
  };
}

function ofShifts(shifts: readonly ColumnShift[]): MethodFinding {
  const shifted = shifts.filter(({ verdict }) => verdict === 'shift');
  return {
    ...ofColumns('distribution_shift', shifts, shifted),
    severity: severityOf({ p: Math.min(1, ...shifted.map(({ adjustedP }) => adjustedP)) }),
    score: Math.max(0, ...shifts.map(({ statistic }) => statistic)),
  };
}

function ofDrifts(drifts: readonly FeatureDrift[]): MethodFinding {
  const drifted = drifts.filter(({ verdict }) => verdict === 'drift');
  return {
    ...ofColumns('data_drift', drifts, drifted),
    severity: severityOf({
      driftScore: Math.max(0, ...drifted.map(({ score }) => score)),
      p: Math.min(1, ...drifted.map(({ adjustedP }) => adjustedP)),
    }),
    score: Math.max(0, ...drifts.map(({ score }) => score)),
  };
}

const ofColumns = (
  method: 'distribution_shift' | 'data_drift',
  features: MethodFinding['features'],
  anomalous: MethodFinding['features'],
) => {
  const skipped = features.filter(({ verdict }) => verdict === 'too_few').length;
  return {
    ...{ method, anomalyType: anomalyTypeOf[method], rows: [], features, skipped },
    tested: features.length - skipped,
    anomalous: anomalous.length,
  };
};

/**
 * The rows that more than half of the enabled methods put outside that judge row by row against what is usual: one of one, two of two or three, three of four.
 * A method that could judge nothing, for want of a baseline, agrees with nobody. A limit that a table states asks for a look, and is no reason by itself.
 */
export function agreedOutliers(findings: readonly MethodFinding[]): number[] {
  const judges = findings.filter(
    ({ method, anomalyType }) => anomalyType === 'statistical_outlier' && method !== 'limits',
  );
  const votes = new Map<number, number>();
  for (const { id } of judges.flatMap(({ rows }) => rows)) votes.set(id, (votes.get(id) ?? 0) + 1);
  return [...votes].filter(([, count]) => count * 2 > judges.length).map(([id]) => id);
}
