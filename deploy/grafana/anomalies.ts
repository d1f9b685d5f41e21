import type { Dashboard } from './panels.js';

const found = 'football_data_anomalies_detected_total';

/** DASH-1. */
export const anomalies: Dashboard = {
  uid: 'football-anomalies',
  title: 'Touchline: anomalies',
  file: 'data_anomaly_detection_dashboard.json',
  description: 'What the detections of anomalies find in what is published, and how they do.',
  groups: [
    {
      title: 'Anomalies',
      panels: [
        {
          title: 'Anomalies',
          kind: 'stat',
          width: 6,
          queries: { anomalies: `sum(increase(${found}[$__range]))` },
        },
        {
          title: 'By severity',
          kind: 'pie',
          width: 6,
          queries: { '{{severity}}': `sum by (severity) (increase(${found}[$__range]))` },
        },
        {
          ...{ title: 'Drift', kind: 'trend' },
          queries: {
            '{{table_name}} {{feature_name}}':
              'max by (table_name, feature_name) (football_data_drift_score)',
          },
        },
        {
          ...{
            title: 'Rows that were judged',
            kind: 'gauge',
            unit: 'percent',
            goodAbove: { yellow: 80, green: 95 },
          },
          queries: { '{{table_name}}': 'min by (table_name) (football_data_anomaly_detection_coverage)' },
        },
        {
          ...{ title: 'Anomalies of each table', kind: 'trend' },
          queries: { '{{table_name}}': `sum by (table_name) (increase(${found}[$__rate_interval]))` },
        },
        {
          ...{ title: 'Found by each method', kind: 'bars' },
          queries: { '{{detection_method}}': `sum by (detection_method) (increase(${found}[$__range]))` },
        },
        {
          ...{ title: 'Time that a detection takes (95 %)', kind: 'trend', unit: 's' },
          queries: {
            '{{detection_method}}':
              'histogram_quantile(0.95, sum by (le, detection_method) (increase(football_data_anomaly_detection_duration_seconds_bucket[$__range])))',
          },
        },
        {
          ...{ title: 'Kinds of anomalies', kind: 'heatmap' },
          queries: { '{{anomaly_type}}': `sum by (anomaly_type) (increase(${found}[$__rate_interval]))` },
        },
        {
          ...{ title: 'The last detections: the twenty largest', kind: 'table', width: 24 },
          queries: {
            records:
              'topk(20, max by (table_name, anomaly_type, severity) (football_data_quality_anomaly_records))',
          },
        },
      ],
    },
  ],
};
