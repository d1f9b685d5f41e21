import { setImmediate as nextTurn } from 'node:timers/promises';
import { xgboostVersion } from '../adapters/models/xgboost/version.js';
import { againstClosing } from '../domain/model/against-closing.js';
import { featureSetVersion } from '../domain/model/feature-set.js';
import { inputDrift } from '../domain/model/input-drift.js';
import type { Steps } from '../domain/model/minimize.js';
import type { PlayedMatch } from '../domain/model/model-match.js';
import { reliabilityOf } from '../domain/model/reliability.js';
import type { EvaluationReport } from '../schemas/jobs/evaluate-model.js';
import { ModelMadeOf, reportedModels, type InputDrift } from '../schemas/records/model-report.js';
import { importanceOver } from './evaluate-importance.js';
import type { TestedSeason } from './evaluate-walk-forward.js';
import { boosterFeatures, type FitPlan } from './train-folds.js';

/** What a report tells beside scores and weights. */
export type ReportParts = Pick<
  EvaluationReport,
  'reliability' | 'againstClosing' | 'importance' | 'drift' | 'madeOf'
>;

/** Runs steps one after the other, and lets other work go on between them. */
async function inTurns<T>(steps: Steps<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await nextTurn();
    signal.throwIfAborted();
  }
}

/** Tells of judged seasons what the report has beside their scores. `matches` are those that the seasons were predicted from, and they themselves. */
export async function tellReport(
  matches: readonly PlayedMatch[],
  tested: readonly TestedSeason[],
  plan: FitPlan,
): Promise<ReportParts> {
  const verdicts = tested.flatMap((season) => season.verdicts);
  const features = boosterFeatures('withPrices', plan.divisions);
  const measured = features.filter((name) => !name.startsWith('division_'));
  const drift: InputDrift[] = [];
  for (const { fold } of tested) {
    drift.push(...(await inTurns(inputDrift(matches, fold.seasonStart, measured), plan.signal)));
  }
  return {
    reliability: reportedModels.flatMap((model) =>
      reliabilityOf(
        model,
        verdicts.flatMap(({ match: { outcome }, said }) => {
          const chances = said[model];
          return chances === undefined ? [] : [{ chances, outcome }];
        }),
      ),
    ),
    againstClosing: againstClosing(verdicts),
    importance: await importanceOver(matches, tested, plan),
    drift,
    madeOf: {
      ...{ featureSet: featureSetVersion, features: features.length, matches: matches.length },
      ...{ xgboost: xgboostVersion(), recipe: ModelMadeOf.shape.recipe.parse(plan.recipe) },
    },
  };
}
