import type { Probabilities } from '../../schemas/records/probabilities.js';
import type { PlayedMatch } from './model-match.js';
import { fitPool, pool, poolErrors, type PoolWeights } from './opinion-pool.js';
import type { Variant } from './recipe.js';
import { logLoss, meanOf } from './scores.js';

/** One match of a season, as seen by models that had learnt from earlier seasons alone. */
export interface FoldMatch {
  readonly match: PlayedMatch;
  /** The booster's chances after each chunk of rounds; null where it lacks what it reads. */
  readonly booster: Readonly<Record<Variant, readonly Probabilities[] | null>>;
  /** The booster's partner in the pool: the logistic regression without prices, the market with them. */
  readonly partner: Readonly<Record<Variant, Probabilities | null>>;
}

/** A season predicted from the seasons before it. */
export interface Fold {
  readonly seasonStart: number;
  /** The shares of the outcomes in the seasons learnt from. */
  readonly baseRate: Probabilities;
  readonly matches: readonly FoldMatch[];
}

/** What is chosen on seasons before the one that is predicted. */
export interface Choice {
  /** Which chunk of rounds: 0 is the first. */
  readonly chunk: number;
  readonly weights: PoolWeights;
  /** The standard errors of the weights. */
  readonly errors: PoolWeights;
  /** By how many matches it was chosen. */
  readonly matches: number;
}

/** Null for a variant that no match could be judged by. */
export type Choices = Readonly<Record<Variant, Choice | null>>;

interface Opinions {
  readonly match: PlayedMatch;
  readonly booster: readonly Probabilities[];
  readonly partner: Probabilities;
}

const opinionsOf = (folds: readonly Fold[], variant: Variant): Opinions[] =>
  folds.flatMap(({ matches }) =>
    matches.flatMap(({ match, booster, partner }) => {
      const [chunks, other] = [booster[variant], partner[variant]];
      return chunks === null || other === null ? [] : [{ match, booster: chunks, partner: other }];
    }),
  );

/** The chunk after which the booster's log loss over the matches is least; the first of equals. */
function bestChunk(matches: readonly Opinions[]): number {
  const chunks = matches[0]?.booster.length ?? 0;
  const losses = Array.from({ length: chunks }, (_, chunk) =>
    meanOf(matches, ({ match, booster }) => {
      const chances = booster[chunk];
      return chances === undefined ? Number.NaN : logLoss({ chances, outcome: match.outcome });
    }),
  );
  return losses.indexOf(Math.min(...losses));
}

function choose(matches: readonly Opinions[]): Choice | null {
  if (matches.length === 0) return null;
  const chunk = bestChunk(matches);
  const said = matches.flatMap(({ match, booster, partner }) => {
    const own = booster[chunk];
    return own === undefined ? [] : [{ opinions: [own, partner] as const, outcome: match.outcome }];
  });
  const weights = fitPool(said);
  return { chunk, weights, errors: poolErrors(said, weights), matches: said.length };
}

/** Chooses rounds and pool weights on some seasons, for both variants. */
export const chooseOn = (folds: readonly Fold[]): Choices => ({
  withoutPrices: choose(opinionsOf(folds, 'withoutPrices')),
  withPrices: choose(opinionsOf(folds, 'withPrices')),
});

function ask({ booster, partner }: FoldMatch, variant: Variant, choice: Choice | null): Probabilities | null {
  const own = choice === null ? undefined : booster[variant]?.[choice.chunk];
  const other = partner[variant];
  return own === undefined || other === null || choice === null ? null : pool([own, other], choice.weights);
}

/**
 * What both variants say of a match under the choices. Where the match carries no prices, or no season could teach how
 * much they are worth, the variant without prices stands in.
 */
export function answers(match: FoldMatch, choices: Choices): Readonly<Record<Variant, Probabilities>> | null {
  const withoutPrices = ask(match, 'withoutPrices', choices.withoutPrices);
  if (withoutPrices === null) return null;
  return { withoutPrices, withPrices: ask(match, 'withPrices', choices.withPrices) ?? withoutPrices };
}
