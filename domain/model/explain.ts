import type { FeatureGroup, PredictionExplanation } from '../../schemas/records/prediction.js';
import { featureGroups } from '../../schemas/records/prediction.js';
import type { Probabilities } from '../../schemas/records/probabilities.js';
import { askModel, type AskableModel, type MatchPrediction } from './ask-model.js';
import { groupOf } from './feature-groups.js';
import type { ModelMatch } from './model-match.js';

const leastChance = 1e-12;
const logOf = (chance: number): number => Math.log(Math.max(chance, leastChance));

/**
 * The log-odds of the home team against the away team: ln(home / away), 0 where neither is favoured, .69 where the home team is twice as likely. Of a log-opinion pool it is
 * the sum of its opinions' log-odds, each times its weight; no other figure of three chances comes apart so.
 */
export const homeOverAway = ([away, , home]: Probabilities): number => logOf(home) - logOf(away);

const without = (match: ModelMatch, group: FeatureGroup): ModelMatch => ({
  ...match,
  feature: (name) => (groupOf(name) === group ? Number.NaN : match.feature(name)),
});

/**
 * Why a model says what it says of a match, in {@link homeOverAway}: the terms of both opinions in the pool, which sum to the whole, and for each group of features how the
 * whole changes when the model does not see the group. The market's opinion stays while its group is taken away: what the model makes of prices and what the market says
 * are told apart. These are ablations of the model, not causes of football, and need not sum to anything: what two groups say alike is missed from neither.
 */
export function explainPrediction(
  model: AskableModel,
  { match, variant, chances, opinions, weights }: MatchPrediction,
): PredictionExplanation {
  const read = new Set(
    variant === 'withPrices'
      ? model.model.withPrices?.booster.features
      : [...model.model.withoutPrices.booster.features, ...model.model.withoutPrices.logistic.features],
  );
  const features = (group: FeatureGroup): number =>
    [...read].filter((name) => groupOf(name) === group).length;
  const seen = featureGroups.filter((group) => features(group) > 0);
  const asked = askModel(
    model,
    seen.map((group) => without(match, group)),
  );
  const whole = homeOverAway(chances);
  return {
    homeOverAway: whole,
    terms: [
      { opinion: 'booster', weight: weights[0], value: weights[0] * homeOverAway(opinions[0]) },
      {
        opinion: variant === 'withPrices' ? 'market' : 'regression',
        ...{ weight: weights[1], value: weights[1] * homeOverAway(opinions[1]) },
      },
    ],
    groups: seen.map((group, place) => ({
      ...{ group, features: features(group) },
      change: whole - homeOverAway(asked[place]?.chances ?? chances),
    })),
  };
}
