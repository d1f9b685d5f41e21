import { setImmediate as nextTurn } from 'node:timers/promises';
import { linearFeatures, withoutPricesFeatures, withPricesFeatures } from '../domain/model/feature-set.js';
import type { Fold, FoldMatch } from '../domain/model/fold.js';
import { chancesAt, featureMatrix, type PlayedMatch } from '../domain/model/model-match.js';
import { askLogistic, fitLogistic } from '../domain/model/multinomial-logistic.js';
import { variants, type Variant } from '../domain/model/recipe.js';
import { meanOf } from '../domain/model/scores.js';
import type { BoosterTrainer, BoosterTraining } from '../schemas/records/booster.js';
import type { MultinomialLogistic } from '../schemas/records/model.js';
import type { Recipe } from '../schemas/records/recipe.js';
import type { Probabilities } from '../schemas/records/probabilities.js';
import { sideBySide } from './train-side-by-side.js';

/** Everything that a fit depends on besides the matches. */
export interface FitPlan {
  readonly divisions: readonly string[];
  /** Matches of other divisions, which the regression learns from too: what a rating is worth is much the same everywhere. */
  readonly elsewhere: readonly PlayedMatch[];
  readonly seed: number;
  readonly recipe: Recipe;
  readonly trainer: BoosterTrainer;
  /** Boosters that grow at the same time, each on a thread. */
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** What each variant's booster reads, in order. */
export const boosterFeatures = (variant: Variant, divisions: readonly string[]): string[] =>
  variant === 'withPrices' ? withPricesFeatures(divisions) : withoutPricesFeatures(divisions);

/** The matches that a variant can read. */
export const readableBy = <Match extends PlayedMatch>(
  variant: Variant,
  matches: readonly Match[],
): Match[] => (variant === 'withPrices' ? matches.filter(({ market }) => market !== null) : [...matches]);

/** What a variant's booster learns from. */
export function boosterTraining(
  variant: Variant,
  matches: readonly PlayedMatch[],
  { divisions, seed, recipe }: FitPlan,
): BoosterTraining {
  return {
    matrix: featureMatrix(matches, boosterFeatures(variant, divisions)),
    labels: Uint8Array.from(matches, ({ outcome }) => outcome),
    parameters: recipe.boosters[variant].parameters,
    seed,
  };
}

/** The logistic regression of the model without prices, on matches of whatever division. Lets other work go on between its steps. */
export async function logisticOf(
  matches: readonly PlayedMatch[],
  { recipe, signal }: FitPlan,
): Promise<MultinomialLogistic> {
  const outcomes = matches.map(({ outcome }) => outcome);
  const steps = fitLogistic(linearFeatures, featureMatrix(matches, linearFeatures), outcomes, recipe.ridge);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await nextTurn();
    signal.throwIfAborted();
  }
}

/** Fewer matches than this teach a booster nothing. */
const fewestMatches = 100;

type BoosterAnswers = ReadonlyMap<PlayedMatch, readonly Probabilities[]>;

async function boosterAnswers(
  variant: Variant,
  learnt: readonly PlayedMatch[],
  season: readonly PlayedMatch[],
  plan: FitPlan,
  signal: AbortSignal,
): Promise<BoosterAnswers> {
  const [lesson, exam] = [readableBy(variant, learnt), readableBy(variant, season)];
  if (lesson.length < fewestMatches || exam.length === 0) return new Map();
  const chunks = await plan.trainer.trainInChunks(
    boosterTraining(variant, lesson, plan),
    featureMatrix(exam, boosterFeatures(variant, plan.divisions)),
    plan.recipe.boosters[variant],
    signal,
  );
  return new Map(
    exam.map((match, row) => [match, chunks.map(({ chances }) => chancesAt(chances, row))] as const),
  );
}

const baseRateOf = (matches: readonly PlayedMatch[]): Probabilities => {
  const share = (outcome: number): number => meanOf(matches, (match) => (match.outcome === outcome ? 1 : 0));
  return [share(0), share(1), share(2)];
};

/**
 * Predicts seasons, each from the matches of the seasons before it and no others. `matches` are in order of time; the folds come
 * in the order of `seasons`. Tells `onFold` when a season is done.
 */
export async function predictSeasons(
  matches: readonly PlayedMatch[],
  seasons: readonly number[],
  plan: FitPlan,
  onFold: (seasonStart: number) => void = () => undefined,
): Promise<Fold[]> {
  const parts = seasons.map((seasonStart) => ({
    seasonStart,
    learnt: matches.filter((match) => match.seasonStart < seasonStart),
    season: matches.filter((match) => match.seasonStart === seasonStart),
  }));
  const boosters = await sideBySide(
    parts.flatMap(({ learnt, season }) =>
      variants.map(
        (variant) => (signal: AbortSignal) => boosterAnswers(variant, learnt, season, plan, signal),
      ),
    ),
    plan.threads,
    plan.signal,
  );
  const folds: Fold[] = [];
  for (const [index, { seasonStart, learnt, season }] of parts.entries()) {
    const before = plan.elsewhere.filter((match) => match.seasonStart < seasonStart);
    const logistic = await logisticOf([...learnt, ...before], plan);
    const regressed = askLogistic(logistic, featureMatrix(season, logistic.features));
    const answersOf = (variant: Variant) => boosters[index * variants.length + variants.indexOf(variant)];
    const foldMatches = season.map((match, row): FoldMatch => ({
      match,
      booster: {
        withoutPrices: answersOf('withoutPrices')?.get(match) ?? null,
        withPrices: answersOf('withPrices')?.get(match) ?? null,
      },
      partner: { withoutPrices: regressed[row] ?? null, withPrices: match.market },
    }));
    onFold(seasonStart);
    folds.push({ seasonStart, baseRate: baseRateOf(learnt), matches: foldMatches });
  }
  return folds;
}
