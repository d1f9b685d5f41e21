import { sha256 } from '../adapters/models/registry/version-files.js';
import { xgboostVersion } from '../adapters/models/xgboost/version.js';
import { featureSetVersion } from '../domain/model/feature-set.js';
import { chooseOn, type Choice } from '../domain/model/fold.js';
import type { PlayedMatch } from '../domain/model/model-match.js';
import type { Variant } from '../domain/model/recipe.js';
import { InvariantBroken, PrerequisiteMissing } from '../schemas/errors.js';
import type { BoosterFile } from '../schemas/records/booster.js';
import { registeredModelName, type BoosterCard, type ModelFile } from '../schemas/records/model.js';
import { outcomesInClassOrder, seasonOfStartYear } from '../schemas/values.js';
import { calibrationSeasons } from './evaluate-walk-forward.js';
import {
  boosterFeatures,
  boosterTraining,
  logisticOf,
  predictSeasons,
  readableBy,
  type FitPlan,
} from './train-folds.js';
import { measure, type Measured } from './train-measure.js';
import { sideBySide } from './train-side-by-side.js';

/** A fitted model with its files, not yet registered. */
export interface FittedModel extends Measured {
  readonly model: ModelFile;
  readonly boosters: Readonly<Record<string, BoosterFile>>;
}

const fileNames: Readonly<Record<Variant, string>> = {
  withoutPrices: 'without-prices.xgb',
  withPrices: 'with-prices.xgb',
};

interface FittedBooster {
  readonly card: BoosterCard;
  readonly file: BoosterFile;
}

async function fitBooster(
  variant: Variant,
  { chunk }: Choice,
  matches: readonly PlayedMatch[],
  plan: FitPlan,
  signal: AbortSignal,
): Promise<FittedBooster> {
  const { parameters, chunk: rounds } = plan.recipe.boosters[variant];
  const total = (chunk + 1) * rounds;
  const training = boosterTraining(variant, readableBy(variant, matches), plan);
  const file = await plan.trainer.train(training, total, signal);
  return {
    file,
    card: {
      file: fileNames[variant],
      sha256: sha256(file),
      features: boosterFeatures(variant, plan.divisions),
      rounds: total,
      parameters,
    },
  };
}

/**
 * Fits the model on all matches: rounds, calibration and pool weights are chosen on the last seasons, each predicted from
 * those before it; then every part is fitted again on everything, the regression on the plan's matches of elsewhere too. `matches` are in order of time.
 *
 * Throws PrerequisiteMissing below two seasons, SuspectedLeak where the seasons were predicted too well.
 */
export async function fitModel(
  matches: readonly PlayedMatch[],
  plan: FitPlan,
  onPhase: (phase: 'train.rounds' | 'train.refit') => void = () => undefined,
): Promise<FittedModel> {
  const seasons = [...new Set(matches.map(({ seasonStart }) => seasonStart))].sort((a, b) => a - b);
  const [first, last] = [seasons[0], seasons.at(-1)];
  if (first === undefined || last === undefined || first === last) {
    throw new PrerequisiteMissing(
      'A model needs two seasons: one to learn from, one to choose its rounds on',
      {
        object: `${seasons.length} in ${plan.divisions.join(', ')}`,
        advice: 'Import more seasons, or begin earlier with trainFrom.',
      },
    );
  }
  onPhase('train.rounds');
  const calibratedOn = calibrationSeasons(seasons, plan.recipe.calibrationSeasons);
  const folds = await predictSeasons(matches, calibratedOn, plan);
  const choices = chooseOn(folds);
  const { withoutPrices, withPrices } = choices;
  if (withoutPrices === null) throw new InvariantBroken('No match of the last seasons could be predicted');
  const measured = measure(folds, choices);

  onPhase('train.refit');
  const [formBooster, priceBooster] = await sideBySide(
    [
      (signal: AbortSignal) => fitBooster('withoutPrices', withoutPrices, matches, plan, signal),
      (signal: AbortSignal) =>
        withPrices === null
          ? Promise.resolve(null)
          : fitBooster('withPrices', withPrices, matches, plan, signal),
    ],
    plan.threads,
    plan.signal,
  );
  if (formBooster == null) throw new InvariantBroken('The booster without prices was not made');
  const model: ModelFile = {
    name: registeredModelName,
    featureSet: featureSetVersion,
    classOrder: [...outcomesInClassOrder],
    seed: plan.seed,
    divisions: [...plan.divisions],
    elsewhere: [...new Set(plan.elsewhere.map(({ division }) => division))].sort(),
    trainedOn: { from: seasonOfStartYear(first), to: seasonOfStartYear(last), matches: matches.length },
    withoutPrices: {
      booster: formBooster.card,
      logistic: await logisticOf([...matches, ...plan.elsewhere], plan),
      weights: { booster: withoutPrices.weights[0], logistic: withoutPrices.weights[1] },
    },
    withPrices:
      withPrices === null || priceBooster == null
        ? null
        : {
            booster: priceBooster.card,
            weights: { booster: withPrices.weights[0], market: withPrices.weights[1] },
          },
    calibratedOn: calibratedOn.map(seasonOfStartYear),
    libraries: { xgboost: xgboostVersion() },
  };
  const made = [formBooster, priceBooster].filter((fitted) => fitted != null);
  return {
    model,
    boosters: Object.fromEntries(made.map(({ card, file }) => [card.file, file])),
    ...measured,
  };
}
