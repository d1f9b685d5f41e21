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
  readonly alarms: readonly { readonly table: WatchedTable; readonly falseAlarmRate: number | null }[];
  readonly quarantined: readonly { readonly table: WatchedTable; readonly rows: number }[];
}

/** Shows the anomalies of each table. A share of which nobody has decided anything has no series. */
export function setAnomalyGauges(meters: Meters, { latest, alarms, quarantined }: AnomalyGauges): void {
  meters.clear('football_data_quality_anomaly_records');
  for (const { table: table_name, anomalyType: anomaly_type, severity, records } of latest) {
    meters.set('football_data_quality_anomaly_records', { table_name, anomaly_type, severity }, records);
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
