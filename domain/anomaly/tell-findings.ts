import type { AnomalySeverity, AnomalyType, WatchedTable } from '../../schemas/records/anomaly.js';
import { AnomalySeverity as Severities } from '../../schemas/records/anomaly.js';
import type { MethodFinding } from './detect.js';

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

function tellOutliers(table: WatchedTable, findings: readonly MethodFinding[]): string {
  const rows = findings.flatMap((finding) => finding.rows);
  const counts = findings
    .map(({ method, anomalous, tested }) => `${method} ${anomalous} of ${tested}`)
    .join(', ');
  const [worst] = rows;
  const example =
    worst === undefined ? '' : `; the first is row ${worst.id}, ${worst.column} at ${short(worst.value)}`;
  const count = new Set(rows.map(({ id }) => id)).size;
  const outside = count === 1 ? `1 row of ${table} lies` : `${count} rows of ${table} lie`;
  return `${outside} outside what is usual (${counts})${example}`;
}

function tellColumns(table: WatchedTable, findings: readonly MethodFinding[]): string {
  const moved = findings.flatMap(({ features }) =>
    features.filter(({ verdict }) => verdict === 'drift' || verdict === 'shift'),
  );
  const columns = moved.map(
    ({ feature, statistic, adjustedP }) => `${feature} (distance ${short(statistic)}, p ${short(adjustedP)})`,
  );
  return `${table} is distributed otherwise than before: ${columns.join(', ')}`;
}

const short = (value: number): string => String(Number(value.toPrecision(3)));
