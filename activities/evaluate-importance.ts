import { importanceOf, withoutFeatures, type Ablated } from '../domain/model/ablation.js';
import { linearFeatures } from '../domain/model/feature-set.js';
import { groupFeatures } from '../domain/model/feature-groups.js';
import type { Choice } from '../domain/model/fold.js';
import { chancesAt, featureMatrix, type PlayedMatch } from '../domain/model/model-match.js';
import { askLogistic } from '../domain/model/multinomial-logistic.js';
import { pool } from '../domain/model/opinion-pool.js';
import { variants, type Variant } from '../domain/model/recipe.js';
import type { GroupImportance, ReportedModel } from '../schemas/records/model-report.js';
import type { Probabilities } from '../schemas/records/probabilities.js';
import type { TestedSeason } from './evaluate-walk-forward.js';
import { boosterFeatures, boosterTraining, logisticOf, readableBy, type FitPlan } from './train-folds.js';

const modelOf: Readonly<Record<Variant, ReportedModel>> = {
  withPrices: 'model-with-prices',
  withoutPrices: 'model-without-prices',
};

/** The partner of the booster with prices, as a group: its term is taken out of the pool. */
const marketInThePool = 'the market in the pool';
/** To whichever power, it changes nothing. */
const nothingSaid: Probabilities = [1 / 3, 1 / 3, 1 / 3];

/** One way of asking: the matches as they are, or without a group. */
interface Asking {
  readonly group: string;
  readonly features: readonly string[];
  readonly matches: readonly PlayedMatch[];
}

interface Question {
  readonly variant: Variant;
  readonly choice: Choice;
  readonly learnt: readonly PlayedMatch[];
  /** What the regression learnt from besides. */
  readonly elsewhere: readonly PlayedMatch[];
}

/** What the booster, fitted again with the rounds that were chosen, says in each way of asking. */
async function boosterSays(
  { variant, choice, learnt }: Question,
  askings: readonly Asking[],
  plan: FitPlan,
): Promise<Probabilities[][]> {
  const rounds = (choice.chunk + 1) * plan.recipe.boosters[variant].chunk;
  const training = boosterTraining(variant, readableBy(variant, learnt), plan);
  const file = await plan.trainer.train(training, rounds, plan.signal);
  const all = askings.flatMap(({ matches }) => matches);
  const matrix = featureMatrix(all, boosterFeatures(variant, plan.divisions));
  const chances = await plan.trainer.predict(file, matrix, plan.signal);
  let row = 0;
  return askings.map(({ matches }) =>
    matches.map(() => {
      row += 1;
      return chancesAt(chances, row - 1);
    }),
  );
}

/** What its partner says in each way of asking: the market, whatever is missing, or the regression. */
async function partnerSays(
  { variant, learnt, elsewhere }: Question,
  askings: readonly Asking[],
  plan: FitPlan,
): Promise<Probabilities[][]> {
  if (variant === 'withPrices') {
    return askings.map(({ group, matches }) =>
      matches.map(({ market }) => (group === marketInThePool ? nothingSaid : (market ?? nothingSaid))),
    );
  }
  const logistic = await logisticOf([...learnt, ...elsewhere], plan);
  return askings.map(({ matches }) => askLogistic(logistic, featureMatrix(matches, linearFeatures)));
}

async function ablated(
  question: Question,
  judged: readonly PlayedMatch[],
  plan: FitPlan,
): Promise<{ readonly asking: Asking; readonly matches: Ablated[] }[]> {
  const exam = readableBy(question.variant, judged);
  const read = new Set(boosterFeatures(question.variant, plan.divisions));
  if (question.variant === 'withoutPrices') for (const name of linearFeatures) read.add(name);
  const groups = [...groupFeatures([...read])];
  const without = groups.map(([group, features]): Asking => {
    const missing = new Set(features);
    return { group, features, matches: exam.map((match) => withoutFeatures(match, missing)) };
  });
  const ofThePool: Asking[] =
    question.variant === 'withPrices' ? [{ group: marketInThePool, features: [], matches: exam }] : [];
  const askings = [{ group: '', features: [], matches: exam }, ...without, ...ofThePool];
  const boosters = await boosterSays(question, askings, plan);
  const partners = await partnerSays(question, askings, plan);
  const said = (asking: number, row: number): Probabilities =>
    pool(
      [boosters[asking]?.[row] ?? nothingSaid, partners[asking]?.[row] ?? nothingSaid],
      question.choice.weights,
    );
  return askings.slice(1).map((asking, place) => ({
    asking,
    matches: exam.map(({ outcome }, row) => ({
      ...{ outcome, whole: said(0, row), without: said(place + 1, row) },
    })),
  }));
}

/**
 * What each group of features is worth to our models over the test seasons, by ablation: each season's model is asked of its judged matches with the group set to
 * missing, and is not fitted without it. The groups of a model come with the worthiest first.
 */
export async function importanceOver(
  matches: readonly PlayedMatch[],
  tested: readonly TestedSeason[],
  plan: FitPlan,
): Promise<GroupImportance[]> {
  const found: GroupImportance[] = [];
  for (const variant of variants) {
    const byGroup = new Map<string, { readonly asking: Asking; readonly matches: Ablated[] }>();
    for (const { fold, choices, verdicts } of tested) {
      const choice = choices[variant];
      if (choice === null) continue;
      const isBefore = (match: PlayedMatch): boolean => match.seasonStart < fold.seasonStart;
      const [learnt, elsewhere] = [matches.filter(isBefore), plan.elsewhere.filter(isBefore)];
      const judged = verdicts.map(({ match }) => match);
      for (const one of await ablated({ variant, choice, learnt, elsewhere }, judged, plan)) {
        byGroup.set(one.asking.group, {
          asking: one.asking,
          matches: [...(byGroup.get(one.asking.group)?.matches ?? []), ...one.matches],
        });
      }
    }
    const groups = [...byGroup.values()].filter((group) => group.matches.length > 0);
    found.push(
      ...groups
        .map(({ asking: { group, features }, matches: compared }) =>
          importanceOf({ model: modelOf[variant], group, features: features.length }, compared),
        )
        .sort((a, b) => b.loss - a.loss),
    );
  }
  return found;
}
