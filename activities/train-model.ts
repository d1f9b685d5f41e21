import { Context } from '@temporalio/activity';
import type { LakeReader } from '../adapters/lake/reader.js';
import type { ModelRegistry } from '../adapters/models/registry/model-registry.js';
import { xgboostTrainer } from '../adapters/models/xgboost/trainer.js';
import { recipe as presentRecipe } from '../domain/model/recipe.js';
import type { TrainModelInput, TrainModelResult } from '../schemas/jobs/train-model.js';
import { registeredModelName } from '../schemas/records/model.js';
import { describeTraining, parametersOf } from './train-metadata.js';
import { heartbeating } from './heartbeating.js';
import { fitModel } from './train-fit.js';
import type { FitPlan } from './train-folds.js';
import { readLesson, type Lesson } from './train-matches.js';

export interface TrainModelDeps {
  readonly lake: LakeReader;
  readonly registry: ModelRegistry;
}

/** Two cores are what a laptop can spare. */
const threads = 2;

/** How the house fits a model on a lesson, by its own recipe or the one given; `signal` ends it. */
export const housePlan = (
  { divisions, elsewhere }: Lesson,
  { seed, recipe = presentRecipe }: Pick<TrainModelInput, 'seed' | 'recipe'>,
  signal: AbortSignal,
): FitPlan => ({
  divisions,
  elsewhere,
  seed,
  recipe,
  trainer: xgboostTrainer,
  threads,
  signal,
});

/** Activities that train the model. */
export function createTrainModelActivities({ lake, registry }: TrainModelDeps) {
  return {
    /**
     * Fits the model on lake gold, registers it as a version and lets the alias `staging` point to it; what is in production stays there (MODEL-9). A run trains
     * once: tried again, it answers with the version it registered. Throws PrerequisiteMissing where there is too little to learn from, and DependencyAway where
     * the registry is away: before it reads anything, or after it has waited for it with the fitted model in hand.
     */
    async trainModel({
      runId,
      ...asked
    }: TrainModelInput & { readonly runId: string }): Promise<TrainModelResult> {
      const signal = Context.current().cancellationSignal;
      return await heartbeating(async (reportPhase) => {
        const earlier = await registry.ofRun(runId);
        if (earlier !== undefined) {
          await registry.advanceAlias('staging', earlier.version);
          return earlier;
        }
        reportPhase('train.read');
        const lesson = await readLesson(lake, asked);
        const plan = housePlan(lesson, asked, signal);
        const fitted = await fitModel(lesson.matches, plan, (phase) => {
          reportPhase(phase, { matches: lesson.matches.length });
        });
        reportPhase('train.register');
        const createdAt = new Date().toISOString();
        const version = await registry.register({
          version: {
            name: registeredModelName,
            runId,
            createdAt,
            lakeSnapshot: lesson.snapshot,
            metrics: fitted.metrics,
            metadata: describeTraining(fitted, createdAt),
            parameters: parametersOf(plan.recipe, 'recipe'),
          },
          model: fitted.model,
          boosters: fitted.boosters,
          heldOut: fitted.heldOut,
        });
        await registry.advanceAlias('staging', version.version);
        return version;
      });
    },
  };
}
