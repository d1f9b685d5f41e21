import { sha256 } from '../../adapters/models/registry/version-files.js';
import type { NewVersion } from '../../adapters/models/registry/model-registry.js';
import { xgboostVersion } from '../../adapters/models/xgboost/version.js';
import { featureSetVersion } from '../../domain/model/feature-set.js';
import type { HeldOut } from '../../schemas/records/held-out.js';
import { ModelFile, registeredModelName, type BoosterCard } from '../../schemas/records/model.js';

/** Bytes that no text has, as a booster's. */
export const boosterBytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31) % 256);

export const boosterCard: BoosterCard = {
  file: 'without-prices.xgb',
  sha256: sha256(boosterBytes),
  features: ['home_elo'],
  rounds: 20,
  parameters: { max_depth: 3, eta: 0.1, subsample: 1, colsample_bytree: 1, min_child_weight: 1, lambda: 1 },
};

export const modelFile = ModelFile.parse({
  name: registeredModelName,
  featureSet: featureSetVersion,
  classOrder: ['away', 'draw', 'home'],
  seed: 1,
  divisions: ['SIM'],
  trainedOn: { from: '2021-22', to: '2022-23', matches: 760 },
  withoutPrices: {
    booster: boosterCard,
    logistic: { features: ['home_elo'], means: [0], deviations: [1], weights: [0, 0, 0, 0, 0, 0] },
    weights: { booster: 0.5, logistic: 0.5 },
  },
  withPrices: null,
  calibratedOn: ['2022-23'],
  libraries: { xgboost: xgboostVersion() },
});

/** A version that a run made, whose trees nobody can ask. */
export const versionOfRun = (runId: string, heldOut?: HeldOut): NewVersion => ({
  version: {
    name: registeredModelName,
    runId,
    createdAt: '2024-06-01T00:00:00Z',
    lakeSnapshot: 3,
    metrics: {
      withPrices: null,
      withoutPrices: {
        ...{ n: 380, logLoss: 1, rps: 0.2, brier: 0.6, accuracy: 0.5, ece: 0.02 },
        ...{ precision: 0.4, recall: 0.5 },
      },
      besideBookmakers: null,
    },
    parameters: { 'recipe.ridge': '100' },
    metadata: {
      model_type: 'XGBoost',
      framework: 'test',
      features: ['team_performance', 'historical_matchup', 'odds'],
      training_date: '2024-06-01T00:00:00Z',
      validation_accuracy: 0.5,
      training_samples: 760,
      feature_service: 'match_prediction',
      feature_service_version: 1,
    },
  },
  model: modelFile,
  boosters: { [boosterCard.file]: boosterBytes },
  ...(heldOut === undefined ? {} : { heldOut }),
});

/** What a version said of so many matches: each with the same log loss, whoever said it. */
export function heldOutOf(
  matches: number,
  loss: { readonly model: number; readonly bookmakers: number | null; readonly baseRate: number },
): HeldOut {
  const column = <T>(value: T): T[] => Array.from({ length: matches }, () => value);
  return {
    matchIds: Array.from({ length: matches }, (_, index) => index + 1),
    model: column(loss.model),
    bookmakers: column(loss.bookmakers),
    baseRate: column(loss.baseRate),
  };
}
