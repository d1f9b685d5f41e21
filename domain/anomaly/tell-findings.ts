import type { AnomalySeverity, AnomalyType, WatchedTable } from '../../schemas/records/anomaly.js';
import { AnomalySeverity as Severities } from '../../schemas/records/anomaly.js';
import type { MethodFinding } from './detect.js';
import { recordsOf } from './records.js';
import { tellRecord } from './tell-record.js';

/** What one type of anomaly in a table's window asks of a person. */
export interface Alarm {
  readonly anomalyType: AnomalyType;
  /** The worst of the methods that raise it. */
  readonly severity: AnomalySeverity;
  readonly findings: readonly MethodFinding[];
  /** One sentence. */
  readonly message: string;
}

/** The alarms of a detection: one a type of anomaly that any method found, whichever methods agree on it. */
export function alarmsOf(table: WatchedTable, findings: readonly MethodFinding[]): Alarm[] {
  const alarming = findings.filter(({ anomalous }) => anomalous > 0);
  const types = [...new Set(alarming.map(({ anomalyType }) => anomalyType))];
  return types.map((anomalyType) => {
    const ofType = alarming.filter((finding) => finding.anomalyType === anomalyType);
    const severity = Severities.options.find((one) => ofType.some((finding) => finding.severity === one));
    return {
      ...{ anomalyType, findings: ofType, severity: severity ?? 'low' },
      message:
        anomalyType === 'statistical_outlier' ? tellOutliers(table, ofType) : tellColumns(table, ofType),
    };
  });
}

/** The alarms that tell something new: a shift of columns that had shifted by the look before stands as it was told. */
export const newAlarms = (alarms: readonly Alarm[], shiftedBefore: ReadonlySet<string>): Alarm[] =>
  alarms.filter(
    ({ anomalyType, findings }) =>
      anomalyType !== 'distribution_shift' ||
      findings.some(({ features }) =>
        features.some(({ verdict, feature }) => verdict === 'shift' && !shiftedBefore.has(feature)),
      ),
  );

function tellOutliers(table: WatchedTable, findings: readonly MethodFinding[]): string {
  const counts = findings
    .map(({ method, anomalous, tested }) => `${method} ${anomalous} of ${tested}`)
    .join(', ');
  const told = findings.flatMap((finding) =>
    recordsOf(table, finding, new Map()).map((record) => ({ id: record.id, method: finding.method, record })),
  );
  const [worst] = told;
  const example =
    worst === undefined ? '' : `; row ${worst.id}: ${tellRecord(worst.method, table, worst.record)}`;
  const count = new Set(told.map(({ id }) => id)).size;
  const outside = count === 1 ? `1 row of ${table} lies` : `${count} rows of ${table} lie`;
  return `${outside} outside what is usual (${counts})${example}`;
}

function tellColumns(table: WatchedTable, findings: readonly MethodFinding[]): string {
  const moved = findings.flatMap(({ features }) =>
    features.filter(({ verdict }) => verdict === 'drift' || verdict === 'shift'),
  );
  return `${table} is distributed otherwise than before: ${tellMovedColumns(moved)}`;
}

/** How far columns have moved from what they were. */
export const tellMovedColumns = (
  moved: readonly { readonly feature: string; readonly statistic: number; readonly adjustedP: number }[],
): string =>
  moved
    .map(
      ({ feature, statistic, adjustedP }) =>
        `${feature} (distance ${short(statistic)}, p ${short(adjustedP)})`,
    )
    .join(', ');

const short = (value: number): string => String(Number(value.toPrecision(3)));
