import { Context } from '@temporalio/activity';
import type { LakeReader } from '../adapters/lake/reader.js';
import { openFileRegistry } from '../adapters/models/registry/file-registry.js';
import { xgboostTrainer } from '../adapters/models/xgboost/trainer.js';
import { recipe } from '../domain/model/recipe.js';
import type { TrainModelInput, TrainModelResult } from '../schemas/jobs/train-model.js';
import { registeredModelName } from '../schemas/records/model.js';
import { heartbeating } from './heartbeating.js';
import { fitModel } from './train-fit.js';
import type { FitPlan } from './train-folds.js';
import { readLesson, type Lesson } from './train-matches.js';

export interface TrainModelDeps {
  readonly lake: LakeReader;
  /** The folder of the model registry. */
  readonly modelsRoot: string;
}

/** Two cores are what a laptop can spare. */
const threads = 2;

/** How the house fits a model on a lesson; `signal` ends it. */
export const housePlan = ({ divisions, elsewhere }: Lesson, seed: number, signal: AbortSignal): FitPlan => ({
  divisions,
  elsewhere,
  seed,
  recipe,
  trainer: xgboostTrainer,
  threads,
  signal,
});

/** Activities that train the model. */
export function createTrainModelActivities({ lake, modelsRoot }: TrainModelDeps) {
  const registry = openFileRegistry(modelsRoot);
  return {
    /**
     * Fits the model on lake gold, registers it as a version and lets the alias `staging` point to it. A run trains once: tried again, it
     * answers with the version it registered. Throws PrerequisiteMissing where there is too little to learn from.
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
        const fitted = await fitModel(lesson.matches, housePlan(lesson, asked.seed, signal), (phase) => {
          reportPhase(phase, { matches: lesson.matches.length });
        });
        reportPhase('train.register');
        const version = await registry.register({
          version: {
            name: registeredModelName,
            runId,
            createdAt: new Date().toISOString(),
            lakeSnapshot: lesson.snapshot,
            metrics: fitted.metrics,
          },
          model: fitted.model,
          boosters: fitted.boosters,
        });
        await registry.advanceAlias('staging', version.version);
        return version;
      });
    },
  };
}
