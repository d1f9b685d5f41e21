import { InvariantBroken } from '../../schemas/errors.js';
import type { FeatureMatrix } from '../../schemas/records/booster.js';
import type { ModelFile } from '../../schemas/records/model.js';
import type { Probabilities } from '../../schemas/records/probabilities.js';
import { chancesAt, featureMatrix, type ModelMatch } from './model-match.js';
import { askLogistic } from './multinomial-logistic.js';
import { pool, type PoolWeights, type TwoOpinions } from './opinion-pool.js';
import type { Variant } from './recipe.js';

/** What a booster answers: three chances a row, in class order. */
export type AskBooster = (matrix: FeatureMatrix) => Float32Array;

/** A model with its boosters at hand; `withPrices` is null where the model has none. */
export interface AskableModel {
  readonly model: ModelFile;
  readonly boosters: { readonly withoutPrices: AskBooster; readonly withPrices: AskBooster | null };
}

/** What a model says of a match, by which of its variants, from which features, and of what it was pooled. */
export interface MatchPrediction {
  readonly match: ModelMatch;
  readonly variant: Variant;
  readonly chances: Probabilities;
  /** In the order of the model's card. */
  readonly features: readonly string[];
  /** The booster's, and that of its partner: the market with prices, the logistic regression without. */
  readonly opinions: TwoOpinions['opinions'];
  readonly weights: PoolWeights;
}

/** The variant that answers a match: with prices where the match has them and the model knows what to make of them. */
export const variantFor = ({ market }: ModelMatch, { withPrices }: ModelFile): Variant =>
  withPrices !== null && market !== null ? 'withPrices' : 'withoutPrices';

/**
 * Asks a model about matches, in their order. Throws {@link InvariantBroken} where it answers with something that is no chance: such an answer is given to nobody.
 */
export function askModel(
  { model, boosters }: AskableModel,
  matches: readonly ModelMatch[],
): MatchPrediction[] {
  const said = new Map<ModelMatch, MatchPrediction>();
  const part = (variant: Variant): ModelMatch[] =>
    matches.filter((match) => variantFor(match, model) === variant);
  const add = (
    variant: Variant,
    features: readonly string[],
    answers: readonly (Pick<MatchPrediction, 'match' | 'opinions' | 'weights'> | undefined)[],
  ): void => {
    for (const answer of answers) {
      if (answer === undefined) continue;
      const chances = checked(answer.match, pool(answer.opinions, answer.weights));
      said.set(answer.match, { ...answer, variant, features, chances });
    }
  };

  const [priced, unpriced] = [part('withPrices'), part('withoutPrices')];
  const { withPrices, withoutPrices } = model;
  if (withPrices !== null && boosters.withPrices !== null && priced.length > 0) {
    const { booster: card, weights } = withPrices;
    const answers = boosters.withPrices(featureMatrix(priced, card.features));
    add(
      'withPrices',
      card.features,
      priced.map((match, row) =>
        match.market === null
          ? undefined
          : {
              match,
              opinions: [chancesAt(answers, row), match.market],
              weights: [weights.booster, weights.market],
            },
      ),
    );
  }
  if (unpriced.length > 0) {
    const { booster: card, weights, logistic } = withoutPrices;
    const answers = boosters.withoutPrices(featureMatrix(unpriced, card.features));
    const regressed = askLogistic(logistic, featureMatrix(unpriced, logistic.features));
    add(
      'withoutPrices',
      card.features,
      unpriced.map((match, row) => {
        const partner = regressed[row];
        return partner === undefined
          ? undefined
          : {
              match,
              opinions: [chancesAt(answers, row), partner],
              weights: [weights.booster, weights.logistic],
            };
      }),
    );
  }
  return matches.flatMap((match) => said.get(match) ?? []);
}

function checked({ matchId }: ModelMatch, chances: Probabilities): Probabilities {
  const total = chances[0] + chances[1] + chances[2];
  if (chances.every((chance) => chance >= 0 && chance <= 1) && Math.abs(total - 1) < 1e-6) return chances;
  throw new InvariantBroken(`The model answers ${chances.join(', ')}, which are no chances`, {
    object: `match ${matchId}`,
  });
}
