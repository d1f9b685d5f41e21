import type { RegisteredModel } from '../adapters/models/registry/model-registry.js';
import { chancesAt, featureMatrix, type ModelMatch } from '../domain/model/model-match.js';
import { askLogistic } from '../domain/model/multinomial-logistic.js';
import { pool } from '../domain/model/opinion-pool.js';
import type { Variant } from '../domain/model/recipe.js';
import type { BoosterFile, BoosterTrainer } from '../schemas/records/booster.js';
import type { BoosterCard } from '../schemas/records/model.js';
import type { Probabilities } from '../schemas/records/probabilities.js';

/** What a model says of a match, by which of its variants, from which features. */
export interface MatchPrediction {
  readonly match: ModelMatch;
  readonly variant: Variant;
  readonly chances: Probabilities;
  /** In the order of the model's card. */
  readonly features: readonly string[];
}

/** Asks a stored model: its booster's bytes are read when they are needed. */
export interface ModelReader {
  readonly model: RegisteredModel['model'];
  readonly readBooster: (card: BoosterCard) => Promise<BoosterFile>;
  readonly trainer: BoosterTrainer;
}

/** Predicts matches: with prices where they have them and the model knows what to make of them, else without. */
export async function predictMatches(
  matches: readonly ModelMatch[],
  { model: { withPrices, withoutPrices }, readBooster, trainer }: ModelReader,
  signal: AbortSignal,
): Promise<MatchPrediction[]> {
  const boosted = async (part: readonly ModelMatch[], card: BoosterCard): Promise<Float32Array> =>
    trainer.predict(await readBooster(card), featureMatrix(part, card.features), signal);

  const priced = withPrices === null ? [] : matches.filter(({ market }) => market !== null);
  const unpriced = matches.filter((match) => !priced.includes(match));
  const predictions: MatchPrediction[] = [];
  if (withPrices !== null && priced.length > 0) {
    const { booster: card, weights } = withPrices;
    const booster = await boosted(priced, card);
    for (const [row, match] of priced.entries()) {
      if (match.market === null) continue;
      predictions.push({
        match,
        variant: 'withPrices',
        chances: pool([chancesAt(booster, row), match.market], [weights.booster, weights.market]),
        features: card.features,
      });
    }
  }
  if (unpriced.length > 0) {
    const { booster: card, weights, logistic } = withoutPrices;
    const booster = await boosted(unpriced, card);
    for (const [row, regressed] of askLogistic(
      logistic,
      featureMatrix(unpriced, logistic.features),
    ).entries()) {
      const match = unpriced[row];
      if (match === undefined) continue;
      predictions.push({
        match,
        variant: 'withoutPrices',
        chances: pool([chancesAt(booster, row), regressed], [weights.booster, weights.logistic]),
        features: card.features,
      });
    }
  }
  return predictions;
}
