import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askModel, type AskableModel } from '../../../domain/model/ask-model.js';
import { explainPrediction, homeOverAway } from '../../../domain/model/explain.js';
import { groupOf } from '../../../domain/model/feature-groups.js';
import { withoutPricesFeatures, withPricesFeatures } from '../../../domain/model/feature-set.js';
import type { ModelMatch } from '../../../domain/model/model-match.js';
import { ModelFile, registeredModelName, type BoosterCard } from '../../../schemas/records/model.js';
import type { Probabilities } from '../../../schemas/records/probabilities.js';

const cardOf = (features: readonly string[]): BoosterCard => ({
  ...{ file: 'none', sha256: '', rounds: 1, features: [...features] },
  parameters: { max_depth: 1, eta: 1, subsample: 1, colsample_bytree: 1, min_child_weight: 1, lambda: 1 },
});

/** A model of these features, whose boosters say more of home the greater the sum of what they see is. */
function modelOf(features: readonly string[], weights: readonly [number, number]): AskableModel {
  const answer: AskableModel['boosters']['withoutPrices'] = ({ rows, columns, values }) =>
    Float32Array.from({ length: rows * 3 }, (_, at) => {
      const row = Math.floor(at / 3);
      const seen = values.slice(row * columns, (row + 1) * columns).filter((value) => !Number.isNaN(value));
      const tilt = Math.tanh(seen.reduce((sum, value) => sum + value, 0) / 10);
      return [0.35 - 0.25 * tilt, 0.3, 0.35 + 0.25 * tilt][at % 3] ?? 0;
    });
  const [booster, partner] = weights;
  const model = ModelFile.parse({
    ...{ name: registeredModelName, featureSet: 'test', classOrder: ['away', 'draw', 'home'], seed: 1 },
    ...{ divisions: ['E0'], trainedOn: { from: '2021-22', to: '2022-23', matches: 1 }, calibratedOn: [] },
    withoutPrices: {
      booster: cardOf(features),
      logistic: { features: ['home_elo'], means: [0], deviations: [1], weights: [0, 0.1, 0, 0, 0.3, 0.2] },
      weights: { booster, logistic: partner },
    },
    withPrices: { booster: cardOf(features), weights: { booster, market: partner } },
    libraries: { xgboost: 'test' },
  });
  return { model, boosters: { withoutPrices: answer, withPrices: answer } };
}

const matchOf = (values: Readonly<Record<string, number>>, market: Probabilities | null): ModelMatch => ({
  ...{ matchId: 1, kickOff: 0, seasonStart: 2023, division: 'E0', simulated: false, outcome: null, market },
  feature: (name) => values[name] ?? Number.NaN,
  benchmarks: {},
});

const named = [
  'home_elo',
  'h2h_draws',
  'home_rest_days',
  'league_draw_rate',
  'home_recent_5_wins',
  'bookmaker_count',
];
const values = fc.dictionary(fc.constantFrom(...named), fc.double({ min: -5, max: 5, noNaN: true }));
const chance = fc.double({ min: 0.05, max: 1, noNaN: true });
const markets = fc.tuple(chance, chance, chance).map(([away, draw, home]): Probabilities => {
  const total = away + draw + home;
  return [away / total, draw / total, home / total];
});
const weights = fc.tuple(
  fc.double({ min: 0, max: 2, noNaN: true }),
  fc.double({ min: 0, max: 2, noNaN: true }),
);

const explained = (model: AskableModel, match: ModelMatch) => {
  const [said] = askModel(model, [match]);
  if (said === undefined) throw new Error('The model said nothing');
  return { said, explanation: explainPrediction(model, said) };
};

describe('an explanation', () => {
  it('has the terms of both opinions sum to the log-odds, the market’s being its weight times its own', () => {
    fc.assert(
      fc.property(values, markets, weights, (features, market, [booster, partner]) => {
        const { said, explanation } = explained(
          modelOf(named, [booster, partner]),
          matchOf(features, market),
        );
        expect(explanation.homeOverAway).toBeCloseTo(homeOverAway(said.chances), 10);
        const [own, markets] = explanation.terms;
        expect(markets).toEqual({
          ...{ opinion: 'market', weight: partner, value: partner * homeOverAway(market) },
        });
        expect((own?.value ?? 0) + (markets?.value ?? 0)).toBeCloseTo(explanation.homeOverAway, 9);
      }),
    );
  });

  it('changes nothing by a group that the model does not read, and does not name it', () => {
    fc.assert(
      fc.property(values, markets, fc.constantFrom(...named), (features, market, left) => {
        const read = named.filter((name) => name !== left);
        const model = modelOf(read, [0.4, 0.6]);
        const { explanation } = explained(model, matchOf(features, market));
        expect(explanation.groups.map(({ group }) => group)).not.toContain(groupOf(left));
        const others = Object.fromEntries(Object.entries(features).filter(([name]) => name !== left));
        expect(explained(model, matchOf(others, market)).explanation).toEqual(explanation);
      }),
    );
  });

  it('changes nothing by a group that is missing anyway', () => {
    fc.assert(
      fc.property(values, markets, (features, market) => {
        const { explanation } = explained(modelOf(named, [0.4, 0.6]), matchOf(features, market));
        for (const { group, change } of explanation.groups)
          if (!Object.keys(features).some((name) => groupOf(name) === group)) expect(change).toBe(0);
      }),
    );
  });

  it('says by how much the log-odds are lower without the group', () => {
    const model = modelOf(named, [0.5, 0.5]);
    const match = matchOf({ home_elo: 3, h2h_draws: -1 }, [0.2, 0.3, 0.5]);
    const { explanation } = explained(model, match);
    const without = explained(model, matchOf({ h2h_draws: -1 }, [0.2, 0.3, 0.5])).explanation;
    const ratings = explanation.groups.find(({ group }) => group === 'ratings');
    expect(ratings?.change).toBeCloseTo(explanation.homeOverAway - without.homeOverAway, 10);
    expect(ratings?.change).toBeGreaterThan(0);
  });

  it('without prices weighs the regression, and takes what that reads away from it too', () => {
    const { explanation } = explained(modelOf(['h2h_draws'], [0, 1]), matchOf({ home_elo: 2 }, null));
    expect(explanation.terms[1]?.opinion).toBe('regression');
    expect(explanation.groups.map(({ group }) => group)).toEqual(['ratings', 'head_to_head']);
    // ln(home / away) of the regression: (0.2 − 0.1) + 2 × 0.3 of home, nothing of away at the mean.
    expect(explanation.groups[0]?.change).not.toBe(0);
  });
});

it('every feature of the model has a group of its own name', () => {
  const all = [...withPricesFeatures(['E0']), ...withoutPricesFeatures(['E0'])];
  expect(all.filter((name) => groupOf(name) === 'other')).toEqual([]);
  expect(groupOf('market_home_log')).toBe('prices');
  expect(groupOf('home_previous_season_points_per_game')).toBe('form');
  expect(groupOf('away_shots_on_target_rating')).toBe('ratings');
});
