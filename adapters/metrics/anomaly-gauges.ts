import type { AnomalySeverity, AnomalyType, WatchedTable } from '../../schemas/records/anomaly.js';
import type { Meters } from './meters.js';

/** What the last detections found, and what became of the alarms. */
export interface AnomalyGauges {
  readonly latest: readonly {
    readonly table: WatchedTable;
    readonly anomalyType: AnomalyType;
    readonly severity: AnomalySeverity;
    readonly records: number;
  }[];
  readonly drifts: readonly {
    readonly table: WatchedTable;
    readonly feature: string;
    readonly score: number;
  }[];
  readonly coverage: readonly { readonly table: WatchedTable; readonly percent: number }[];
  readonly alarms: readonly { readonly table: WatchedTable; readonly falseAlarmRate: number | null }[];
  readonly quarantined: readonly { readonly table: WatchedTable; readonly rows: number }[];
}

/** Shows the anomalies of each table. What nothing can be said of has no series, as a share of which nobody has decided anything. */
export function setAnomalyGauges(
  meters: Meters,
  { latest, drifts, coverage, alarms, quarantined }: AnomalyGauges,
): void {
  meters.clear('football_data_quality_anomaly_records');
  for (const { table: table_name, anomalyType: anomaly_type, severity, records } of latest) {
    meters.set('football_data_quality_anomaly_records', { table_name, anomaly_type, severity }, records);
  }
  meters.clear('football_data_drift_score');
  for (const { table: table_name, feature: feature_name, score } of drifts) {
    meters.set('football_data_drift_score', { table_name, feature_name }, score);
  }
  meters.clear('football_data_anomaly_detection_coverage');
  for (const { table: table_name, percent } of coverage) {
    meters.set('football_data_anomaly_detection_coverage', { table_name }, percent);
  }
  meters.clear('football_data_anomaly_false_alarm_ratio');
  for (const { table: table_name, falseAlarmRate } of alarms) {
    if (falseAlarmRate !== null)
      meters.set('football_data_anomaly_false_alarm_ratio', { table_name }, falseAlarmRate);
  }
  meters.clear('football_data_quarantined_records');
  for (const { table: table_name, rows } of quarantined) {
    meters.set('football_data_quarantined_records', { table_name }, rows);
  }
}
