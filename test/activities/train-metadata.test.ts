import { expect, it } from 'vitest';
import { describeTraining } from '../../activities/train-metadata.js';
import { boosterCard, modelFile } from '../support/registered-model.js';

const metrics = {
  withPrices: null,
  withoutPrices: {
    ...{ n: 380, logLoss: 1, rps: 0.2, brier: 0.6, accuracy: 0.5, ece: 0.02 },
    ...{ precision: 0.4, recall: 0.5 },
  },
  besideBookmakers: null,
};
const featuresOf = (model: typeof modelFile) =>
  describeTraining({ model, metrics }, '2024-06-01T00:00:00Z').features;
const priced = (features: string[]): typeof modelFile => ({
  ...modelFile,
  withPrices: { booster: { ...boosterCard, features }, weights: { booster: 0.5, market: 0.5 } },
});

it('the features in the metadata of a version are those that were fitted', () => {
  expect(featuresOf(modelFile)).toEqual(['team_performance']);
  expect(featuresOf(priced(['home_odds_avg']))).toEqual(['team_performance', 'odds']);
  expect(featuresOf(priced(['market_home_log', 'h2h_home_wins']))).toEqual([
    ...['team_performance', 'historical_matchup', 'odds'],
  ]);
});
