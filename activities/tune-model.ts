import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { goldAt, newestGold } from '../adapters/lake/model-matches.js';
import type { LakeReader } from '../adapters/lake/reader.js';
import { keepTrial, keepTuning, readTrial } from '../adapters/models/registry/tunings.js';
import { xgboostVersion } from '../adapters/models/xgboost/version.js';
import { chooseRecipe } from '../domain/model/choose-recipe.js';
import { drawRecipe } from '../domain/model/draw-recipe.js';
import { featureSetVersion } from '../domain/model/feature-set.js';
import { refuseLeaks } from '../domain/model/judge.js';
import { recipe as presentRecipe } from '../domain/model/recipe.js';
import { logLoss } from '../domain/model/scores.js';
import { BadInput, PrerequisiteMissing } from '../schemas/errors.js';
import type { Trial, TuneModelInput, TuneModelResult, TuningPlan } from '../schemas/jobs/tune-model.js';
import { seasonOfStartYear, seasonStartYear } from '../schemas/values.js';
import { walkForward } from './evaluate-walk-forward.js';
import { heartbeating } from './heartbeating.js';
import { readLesson } from './train-matches.js';
import { housePlan } from './train-model.js';

export interface TuneModelDeps {
  readonly lake: LakeReader;
  /** The folder of the model registry; trials are kept there, and nothing is registered. */
  readonly modelsRoot: string;
}

/** Throws BadInput where a season that judges models would have a say in how they are made. */
function refuseHeldBack({ validate, heldBack }: TuneModelInput): void {
  const late = validate.find((season) => seasonStartYear(season) >= seasonStartYear(heldBack));
  if (late === undefined) return;
  throw new BadInput(`${late} judges models, and may not choose how they are made`, {
    field: 'validate',
    advice: `Choose seasons before ${heldBack}, the first that is held back.`,
  });
}

/** Where a trial's losses end: a millionth is far below what one match decides. */
const shortened = (loss: number): number => Number(loss.toFixed(6));

/** Activities that tune the model. */
export function createTuneModelActivities({ lake, modelsRoot }: TuneModelDeps) {
  return {
    /**
     * Names the tuning that these settings are on the newest gold. Neither trials nor budget are part of the name: more trials go on where fewer ended. Throws
     * BadInput where a held-back season is to choose.
     */
    async planTuning(asked: TuneModelInput): Promise<TuningPlan> {
      refuseHeldBack(asked);
      const { snapshot } = await newestGold(lake);
      const { divisions, trainFrom, seed, recipe, validate, heldBack } = asked;
      const settings = { divisions, trainFrom, seed, validate, heldBack, recipe: recipe ?? presentRecipe };
      const made = { snapshot, featureSetVersion, xgboost: xgboostVersion() };
      const digest = createHash('sha256').update(JSON.stringify({ settings, made }));
      return { tuning: digest.digest('hex').slice(0, 16), lakeSnapshot: snapshot };
    },

    /**
     * Scores the recipe of a trial by walking forward over the validation seasons, on matches of before the first held-back season alone, and keeps it. A trial that
     * was finished before is not repeated. Throws BadInput or PrerequisiteMissing where a season cannot be judged, SuspectedLeak where one is predicted too well.
     */
    async scoreTrial({
      tuning,
      lakeSnapshot,
      trial,
      ...asked
    }: TuneModelInput & TuningPlan & { readonly trial: number }): Promise<{ readonly trial: number }> {
      const signal = Context.current().cancellationSignal;
      return await heartbeating(async (reportPhase) => {
        if ((await readTrial(modelsRoot, tuning, trial)) !== undefined) return { trial };
        refuseHeldBack(asked);
        reportPhase('tune.read', { trial });
        const lesson = await readLesson(lake, asked, goldAt(lakeSnapshot));
        const end = seasonStartYear(asked.heldBack);
        const isBefore = (match: { readonly seasonStart: number }): boolean => match.seasonStart < end;
        const matches = lesson.matches.filter(isBefore);
        const elsewhere = lesson.elsewhere.filter(isBefore);
        const recipe = drawRecipe(asked.recipe ?? presentRecipe, asked.seed, trial);
        const plan = { ...housePlan(lesson, { seed: asked.seed, recipe }, signal), elsewhere };
        reportPhase('tune.fit', { trial, matches: matches.length });
        const tested = await walkForward(matches, asked.validate.map(seasonStartYear), plan, (season) => {
          reportPhase('tune.season', { trial, season: seasonOfStartYear(season) });
        });
        const verdicts = tested.flatMap((season) => season.verdicts);
        refuseLeaks(verdicts);
        await keepTrial(modelsRoot, tuning, { trial, recipe, losses: lossesOf(verdicts) });
        return { trial };
      });
    },

    /** Sets the first so many trials beside the present recipe, chooses, and keeps report and recipe. */
    async chooseTrial({
      tuning,
      lakeSnapshot,
      tried,
      validate,
      heldBack,
      seed,
    }: TuneModelInput & TuningPlan & { readonly tried: number }): Promise<TuneModelResult> {
      const trials: Trial[] = [];
      for (let trial = 0; trial < tried; trial += 1) {
        const found = await readTrial(modelsRoot, tuning, trial);
        if (found === undefined)
          throw new PrerequisiteMissing(`Trial ${trial} is no longer where it was kept`, { object: tuning });
        trials.push(found);
      }
      const { rows, chosen } = chooseRecipe(trials);
      const about = { tuning, lakeSnapshot, validate, heldBack, seed };
      const recipe = trials[chosen]?.recipe ?? presentRecipe;
      await keepTuning(modelsRoot, { ...about, rows, chosen }, recipe);
      return { tuning, lakeSnapshot, tried, chosen };
    },
  };
}

function lossesOf(verdicts: Parameters<typeof refuseLeaks>[0]): Trial['losses'] {
  const judged = verdicts.flatMap(({ match: { outcome }, said }) => {
    const [withoutPrices, withPrices] = [said['model-without-prices'], said['model-with-prices']];
    return withoutPrices === undefined || withPrices === undefined
      ? []
      : [{ outcome, withoutPrices, withPrices }];
  });
  if (judged.length === 0) {
    throw new PrerequisiteMissing("No match of these seasons carries both Bet365's and the average price", {
      field: 'validate',
      advice: 'Choose seasons with prices: football-data.co.uk has both from 2005-06 on.',
    });
  }
  const of = (variant: 'withoutPrices' | 'withPrices'): number[] =>
    judged.map((match) => shortened(logLoss({ chances: match[variant], outcome: match.outcome })));
  return { withoutPrices: of('withoutPrices'), withPrices: of('withPrices') };
}
