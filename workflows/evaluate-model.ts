import { proxyActivities } from '@temporalio/workflow';
import type { createEvaluateModelActivities } from '../activities/evaluate-model.js';
import { EvaluateModelInput, type EvaluationReport } from '../schemas/jobs/evaluate-model.js';
import { modelActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';

const { evaluateModel: evaluate } =
  proxyActivities<ReturnType<typeof createEvaluateModelActivities>>(modelActivity);

/** Judges the model beside the market on test seasons, and keeps the report. */
export async function evaluateModel(input: EvaluateModelInput): Promise<EvaluationReport> {
  const asked = readJobInput(EvaluateModelInput, input);
  const report = reportProgress({ phase: 'judge', unit: 'reports', total: 1 });
  const evaluation = await evaluate({ ...asked, runId: thisRunId() });
  report({ done: 1 });
  return evaluation;
}
