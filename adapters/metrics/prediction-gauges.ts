import type { PredictionQuality } from '../../schemas/records/prediction-quality.js';
import type { Meters } from './meters.js';

const gauges = [
  'football_prediction_accuracy',
  'football_prediction_log_loss',
  'football_prediction_rps',
  'football_prediction_closing_line_value',
  'football_model_coverage_rate',
  'football_daily_predictions_count',
] as const;

/** Shows what became of predictions, over all leagues; a version or a day that is no longer told of goes. */
export function setPredictionGauges(meters: Meters, { rows, coverage, daily }: PredictionQuality): void {
  for (const name of gauges) meters.clear(name);
  for (const { model, version, window, league, accuracy, logLoss, rps, closingLineValue } of rows) {
    if (league !== null) continue;
    const labels = { model_name: model, model_version: version, time_window: window };
    meters.set('football_prediction_accuracy', labels, accuracy);
    meters.set('football_prediction_log_loss', labels, logLoss);
    meters.set('football_prediction_rps', labels, rps);
    if (closingLineValue !== null)
      meters.set('football_prediction_closing_line_value', labels, closingLineValue.mean);
  }
  for (const { model, version, predicted, played } of coverage) {
    const labels = { model_name: model, model_version: version };
    meters.set('football_model_coverage_rate', labels, predicted / played);
  }
  for (const { model, day, predictions } of daily)
    meters.set('football_daily_predictions_count', { model_name: model, date: day }, predictions);
}
