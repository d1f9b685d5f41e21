import type { Dashboard } from './panels.js';

/** Absolute (DASH-2). */
const goodAbove = { yellow: 60, green: 85 };

/** DASH-2. */
export const quality: Dashboard = {
  uid: 'football-quality',
  title: 'Touchline: quality',
  file: 'data_quality_dashboard.json',
  description: 'The last check of what is published, against the expectations of each table.',
  groups: [
    {
      title: 'Quality',
      panels: [
        {
          ...{ title: 'Score of all tables', kind: 'gauge', goodAbove, width: 6 },
          queries: { score: 'max(football_data_quality_score{table_name="overall"})' },
        },
        {
          ...{ title: 'Expectations that are met', kind: 'trend', unit: 'percent', width: 18 },
          queries: {
            '{{table_name}} {{suite_name}}':
              'max by (table_name, suite_name) (football_data_quality_check_success_rate)',
          },
        },
        {
          ...{ title: 'Expectations that are not met', kind: 'bars' },
          queries: {
            '{{table_name}} {{expectation_type}}':
              'max by (table_name, expectation_type) (football_data_quality_expectations_failed)',
          },
        },
        {
          ...{ title: 'Hours since something was told', kind: 'trend', unit: 'h' },
          queries: {
            '{{table_name}} {{data_type}}': 'max by (table_name, data_type) (football_data_freshness_hours)',
          },
        },
        {
          ...{ title: 'Anomalous rows by severity', kind: 'pie' },
          queries: {
            '{{severity}}':
              'sum by (severity) (max by (table_name, anomaly_type, severity) (football_data_quality_anomaly_records))',
          },
        },
        {
          ...{ title: 'Time that a check takes (95 %)', kind: 'trend', unit: 's' },
          queries: {
            '{{table_name}}':
              'histogram_quantile(0.95, sum by (le, table_name) (increase(football_data_quality_check_duration_seconds_bucket[$__range])))',
          },
        },
        {
          ...{ title: 'Score of each table', kind: 'bars', goodAbove },
          queries: {
            '{{table_name}}': 'max by (table_name) (football_data_quality_score{table_name!="overall"})',
          },
        },
        {
          ...{ title: 'Anomalous rows', kind: 'table' },
          queries: {
            records:
              'max by (table_name, anomaly_type, severity) (football_data_quality_anomaly_records) > 0',
          },
        },
      ],
    },
  ],
};
