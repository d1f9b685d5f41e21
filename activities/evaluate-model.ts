import { Context } from '@temporalio/activity';
import type { LakeReader } from '../adapters/lake/reader.js';
import { keepEvaluation } from '../adapters/models/registry/evaluations.js';
import type { EvaluateModelInput, EvaluationReport } from '../schemas/jobs/evaluate-model.js';
import { seasonOfStartYear, seasonStartYear } from '../schemas/values.js';
import { tellReport } from './evaluate-report.js';
import { evaluateModels } from './evaluate-walk-forward.js';
import { heartbeating } from './heartbeating.js';
import { readLesson } from './train-matches.js';
import { housePlan } from './train-model.js';

export interface EvaluateModelDeps {
  readonly lake: LakeReader;
  /** The folder of the model registry; reports are kept there. */
  readonly modelsRoot: string;
}

/** Activities that judge the model. */
export function createEvaluateModelActivities({ lake, modelsRoot }: EvaluateModelDeps) {
  return {
    /**
     * Judges the model beside the market on test seasons, walking forward, and keeps the report. Throws SuspectedLeak, and keeps
     * nothing, where the result is too good to be true.
     */
    async evaluateModel({
      runId,
      testSeasons,
      ...asked
    }: EvaluateModelInput & { readonly runId: string }): Promise<EvaluationReport> {
      const signal = Context.current().cancellationSignal;
      return await heartbeating(async (reportPhase) => {
        reportPhase('evaluate.read');
        const lesson = await readLesson(lake, asked);
        reportPhase('evaluate.fit', { matches: lesson.matches.length });
        const plan = housePlan(lesson, asked, signal);
        const { rows, pools, tested } = await evaluateModels(
          lesson.matches,
          testSeasons.map(seasonStartYear),
          plan,
          (season) => {
            reportPhase('evaluate.season', { season: seasonOfStartYear(season) });
          },
        );
        reportPhase('evaluate.explain');
        const parts = await tellReport(lesson.matches, tested, plan);
        const report: EvaluationReport = {
          runId,
          evaluatedAt: new Date().toISOString(),
          lakeSnapshot: lesson.snapshot,
          testSeasons,
          divisions: [...lesson.divisions],
          trainFrom: seasonOfStartYear(lesson.trainFrom),
          seed: asked.seed,
          rows,
          pools,
          ...parts,
        };
        reportPhase('evaluate.keep', { rows: rows.length });
        await keepEvaluation(modelsRoot, report);
        return report;
      });
    },
  };
}
