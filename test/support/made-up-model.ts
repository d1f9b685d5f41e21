import { sha256 } from '../../adapters/models/registry/file-registry.js';
import type { NewVersion } from '../../adapters/models/registry/model-registry.js';
import { xgboostTrainer } from '../../adapters/models/xgboost/trainer.js';
import { xgboostVersion } from '../../adapters/models/xgboost/version.js';
import {
  featureSetVersion,
  linearFeatures,
  withoutPricesFeatures,
  withPricesFeatures,
} from '../../domain/model/feature-set.js';
import { finish } from '../../domain/model/minimize.js';
import { fitLogistic } from '../../domain/model/multinomial-logistic.js';
import type { FeatureMatrix } from '../../schemas/records/booster.js';
import { registeredModelName, type BoosterCard } from '../../schemas/records/model.js';
import type { OutcomeClass } from '../../schemas/records/probabilities.js';
import { seasonOfStartYear } from '../../schemas/values.js';
import { randomStream } from '../../simulator/random.js';

const rows = 600;
const parameters = {
  ...{ max_depth: 3, eta: 0.1, subsample: 0.7, colsample_bytree: 0.5, min_child_weight: 5, lambda: 1 },
} as const;

/** Where values of a feature lie, roughly as in gold, so that real matches fall on both sides of a split. */
const scaleOf = (name: string): readonly [middle: number, spread: number] => {
  if (name.includes('elo') || name.includes('rating')) return [1_500, 150];
  if (name.startsWith('market_')) return [-1.1, 0.6];
  return name.includes('rate') || name.startsWith('division_') ? [0.5, 0.5] : [3, 3];
};

function madeUpRows(features: readonly string[], seed: number) {
  const random = randomStream(seed, features.length);
  const values = Float32Array.from({ length: rows * features.length }, (_, at) => {
    const [middle, spread] = scaleOf(features[at % features.length] ?? '');
    return middle + spread * (2 * random.uniform() - 1);
  });
  const matrix: FeatureMatrix = { rows, columns: features.length, values };
  const outcomes = Array.from({ length: rows }, (_, row): OutcomeClass => {
    const told = features.reduce(
      (sum, name, column) => {
        const [middle, spread] = scaleOf(name);
        const side = name.startsWith('away_') || name === 'market_away_log' ? -1 : 1;
        return sum + (side * ((values[row * features.length + column] ?? 0) - middle)) / spread;
      },
      4 * random.uniform() - 2,
    );
    return told > 1 ? 2 : told < -1 ? 0 : 1;
  });
  return { matrix, outcomes };
}

/** A version of the model whose features and form are those of the house, learnt from rows that nobody played: it is quickly made and knows nothing. */
export async function madeUpModel(
  divisions: readonly string[],
  { seed = 1, rounds = 20 }: { readonly seed?: number; readonly rounds?: number } = {},
): Promise<NewVersion> {
  const grow = async (file: string, features: readonly string[]) => {
    const { matrix, outcomes } = madeUpRows(features, seed);
    const bytes = await xgboostTrainer.train(
      { matrix, labels: Uint8Array.from(outcomes), parameters, seed },
      rounds,
    );
    const card: BoosterCard = {
      ...{ file, sha256: sha256(bytes), features: [...features], rounds, parameters },
    };
    return { card, bytes };
  };
  const without = await grow('without-prices.xgb', withoutPricesFeatures(divisions));
  const priced = await grow('with-prices.xgb', withPricesFeatures(divisions));
  const { matrix, outcomes } = madeUpRows(linearFeatures, seed);
  const metrics = { n: rows, logLoss: 1, rps: 0.2, brier: 0.6, accuracy: 0.5, ece: 0.02 };
  return {
    version: {
      name: registeredModelName,
      runId: `made-up/${seed}`,
      createdAt: '2026-01-01T00:00:00Z',
      lakeSnapshot: 1,
      metrics: { withPrices: metrics, withoutPrices: metrics },
    },
    model: {
      ...{ name: registeredModelName, featureSet: featureSetVersion, seed },
      ...{ classOrder: ['away', 'draw', 'home'], divisions: [...divisions], elsewhere: [] },
      trainedOn: { from: seasonOfStartYear(2021), to: seasonOfStartYear(2022), matches: rows },
      withoutPrices: {
        booster: without.card,
        logistic: finish(fitLogistic(linearFeatures, matrix, outcomes, 100)),
        weights: { booster: 0.5, logistic: 0.4 },
      },
      withPrices: { booster: priced.card, weights: { booster: 0.2, market: 0.7 } },
      calibratedOn: [seasonOfStartYear(2022)],
      libraries: { xgboost: xgboostVersion() },
    },
    boosters: { [without.card.file]: without.bytes, [priced.card.file]: priced.bytes },
  };
}
