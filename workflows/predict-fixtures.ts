import { proxyActivities } from '@temporalio/workflow';
import type { createPredictFixturesActivities } from '../activities/predict-fixtures.js';
import { PredictFixturesInput, type PredictFixturesResult } from '../schemas/jobs/predict-fixtures.js';
import { modelActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { predictFixtures: predict } =
  proxyActivities<ReturnType<typeof createPredictFixturesActivities>>(modelActivity);

/** Predicts the fixtures not yet played and stores what is new. */
export async function predictFixtures(input: PredictFixturesInput): Promise<PredictFixturesResult> {
  const asked = readJobInput(PredictFixturesInput, input);
  const report = reportProgress({ phase: 'predict', unit: 'fixtures' });
  const result = await predict(asked);
  report({ done: result.fixtures, total: result.fixtures });
  return result;
}
