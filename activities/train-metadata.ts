import { groupOf } from '../domain/model/feature-groups.js';
import { InvariantBroken } from '../schemas/errors.js';
import { featureServices } from '../schemas/features/services.js';
import type { ModelMetadata } from '../schemas/records/model.js';
import type { FeatureGroup } from '../schemas/records/prediction.js';
import type { FittedModel } from './train-fit.js';

/** The service that answers the question which the model answers, at the same cutoff. */
const serviceName = 'match_prediction';

/** The catalogue's names of what a model reads (MODEL-7). All that is neither meetings nor prices is how teams perform. */
const nameOf: Readonly<Partial<Record<FeatureGroup, string>>> = {
  head_to_head: 'historical_matchup',
  prices: 'odds',
};
const names = ['team_performance', 'historical_matchup', 'odds'];

function namesOfRead({ withPrices, withoutPrices }: FittedModel['model']): string[] {
  const read = [
    ...withoutPrices.booster.features,
    ...withoutPrices.logistic.features,
    ...(withPrices?.booster.features ?? []),
  ];
  const told = new Set(read.map((feature) => nameOf[groupOf(feature)] ?? 'team_performance'));
  return names.filter((name) => told.has(name));
}

/** What the catalogue wants to know of a training (MODEL-7). */
export function describeTraining(
  { model, metrics }: Pick<FittedModel, 'model' | 'metrics'>,
  createdAt: string,
): ModelMetadata {
  const service = featureServices
    .filter(({ name }) => name === serviceName)
    .reduce<(typeof featureServices)[number] | undefined>(
      (newest, one) => (newest === undefined || one.version > newest.version ? one : newest),
      undefined,
    );
  if (service === undefined) throw new InvariantBroken(`No service is declared as ${serviceName}`);
  return {
    model_type: 'XGBoost',
    framework: model.libraries.xgboost,
    features: namesOfRead(model),
    training_date: createdAt,
    validation_accuracy: (metrics.withPrices ?? metrics.withoutPrices).accuracy,
    training_samples: model.trainedOn.matches,
    feature_service: service.name,
    feature_service_version: service.version,
  };
}

/** Everything that an object holds, by the way to it: `recipe.boosters.withPrices.most`. */
export function parametersOf(value: unknown, way: string): Record<string, string> {
  if (typeof value !== 'object' || value === null) return { [way]: String(value) };
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => Object.entries(parametersOf(part, `${way}.${name}`))),
  );
}
