import type { ModelMetrics } from '../../../../schemas/records/model.js';
import type { NewVersion } from '../model-registry.js';

/** MLflow's list of tags or parameters. */
export const tagList = (tags: Readonly<Record<string, string>>): { key: string; value: string }[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

const boosterParameters = (variant: string, card: NewVersion['model']['withoutPrices']['booster']) => ({
  ...Object.fromEntries(
    Object.entries(card.parameters).map(([name, value]) => [`${variant}.${name}`, String(value)]),
  ),
  [`${variant}.rounds`]: String(card.rounds),
  [`${variant}.features`]: String(card.features.length),
});

/** All that a training depended on (MODEL-4). */
export function parametersOf({ version, model }: NewVersion): { key: string; value: string }[] {
  const { withoutPrices, withPrices, trainedOn } = model;
  return tagList({
    seed: String(model.seed),
    divisions: model.divisions.join(','),
    train_from: trainedOn.from,
    train_to: trainedOn.to,
    train_matches: String(trainedOn.matches),
    calibrated_on: model.calibratedOn.join(','),
    feature_set: model.featureSet,
    lake_snapshot: String(version.lakeSnapshot),
    ...version.parameters,
    class_order: model.classOrder.join(','),
    library: model.libraries.xgboost,
    ...(version.metadata === undefined
      ? {}
      : {
          feature_service: version.metadata.feature_service,
          feature_service_version: String(version.metadata.feature_service_version),
        }),
    ...boosterParameters('without_prices', withoutPrices.booster),
    'without_prices.weight_booster': String(withoutPrices.weights.booster),
    'without_prices.weight_logistic': String(withoutPrices.weights.logistic),
    ...(withPrices === null
      ? {}
      : {
          ...boosterParameters('with_prices', withPrices.booster),
          'with_prices.weight_booster': String(withPrices.weights.booster),
          'with_prices.weight_market': String(withPrices.weights.market),
        }),
  });
}

const names = {
  n: 'matches',
  logLoss: 'log_loss',
  rps: 'rps',
  brier: 'brier_score',
  accuracy: 'accuracy',
  ece: 'calibration_error',
  precision: 'precision_weighted',
  recall: 'recall_weighted',
} as const satisfies Record<keyof ModelMetrics, string>;

/** The metrics of a training: of the model as it serves by their plain names, of its variants and of the bookmakers with these before. */
export function metricsOf({ version }: NewVersion, timestamp: number) {
  const { withPrices, withoutPrices, besideBookmakers } = version.metrics;
  const of = (prefix: string, metrics: ModelMetrics | null | undefined) =>
    metrics == null
      ? []
      : Object.entries(names).flatMap(([key, name]) => {
          const value = valueOf(metrics, key);
          return value === undefined ? [] : [{ key: `${prefix}${name}`, value, timestamp, step: 0 }];
        });
  return [
    ...of('', withPrices ?? withoutPrices),
    ...of('without_prices.', withoutPrices),
    ...of('with_prices.', withPrices),
    ...of('priced.model.', besideBookmakers?.model),
    ...of('priced.bookmakers.', besideBookmakers?.bookmakers),
  ];
}

const valueOf = (metrics: ModelMetrics, key: string): number | undefined =>
  Object.entries(metrics).find(([name]) => name === key)?.[1];
