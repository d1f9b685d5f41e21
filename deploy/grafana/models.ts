import type { Dashboard } from './panels.js';

const version = '{{model_name}} {{model_version}}';
const quantile = (histogram: string): string =>
  `histogram_quantile(0.95, sum by (le, model_name, model_version) (increase(${histogram}_bucket[$__range])))`;
const latest = (gauge: string): string => `max by (model_name, model_version, time_window) (${gauge})`;

/** Predictions, as they are made and as they turn out. */
export const models: Dashboard = {
  uid: 'football-models',
  title: 'Touchline: predictions',
  file: 'model_dashboard.json',
  description: 'Predictions as they are made, and what became of them.',
  groups: [
    {
      title: 'Predictions',
      panels: [
        {
          ...{ title: 'Predictions by result', kind: 'trend' },
          queries: {
            '{{predicted_result}}':
              'sum by (predicted_result) (increase(football_predictions_total[$__range]))',
          },
        },
        {
          ...{ title: 'Matches that were not predicted', kind: 'pie' },
          queries: {
            '{{reason}}': 'sum by (reason) (increase(football_predictions_refused_total[$__range]))',
          },
        },
        {
          ...{ title: 'Share that named the result', kind: 'trend', unit: 'percentunit' },
          queries: { [`${version} {{time_window}}`]: latest('football_prediction_accuracy') },
        },
        {
          ...{ title: 'Log loss', kind: 'trend' },
          queries: { [`${version} {{time_window}}`]: latest('football_prediction_log_loss') },
        },
        {
          ...{ title: 'Closing line value', kind: 'trend' },
          queries: { [`${version} {{time_window}}`]: latest('football_prediction_closing_line_value') },
        },
        {
          ...{ title: 'Share of the matches that was predicted', kind: 'gauge', unit: 'percentunit' },
          queries: { [version]: 'max by (model_name, model_version) (football_model_coverage_rate)' },
        },
        {
          ...{ title: 'Confidence (95 %)', kind: 'trend' },
          queries: { [version]: quantile('football_prediction_confidence_score') },
        },
        {
          ...{ title: 'Time of a request (95 %)', kind: 'trend', unit: 's' },
          queries: { [version]: quantile('football_model_prediction_duration_seconds') },
        },
        {
          ...{ title: 'Time to load a version (95 %)', kind: 'trend', unit: 's' },
          queries: { [version]: quantile('football_model_load_duration_seconds') },
        },
        {
          ...{ title: 'Predictions of each day', kind: 'table' },
          queries: { predictions: 'max by (model_name, date) (football_daily_predictions_count)' },
        },
      ],
    },
  ],
};
