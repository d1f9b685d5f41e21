import { proxyActivities } from '@temporalio/workflow';
import type { createTrainModelActivities } from '../activities/train-model.js';
import { TrainModelInput, type TrainModelResult } from '../schemas/jobs/train-model.js';
import { modelActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';

const { trainModel: train } = proxyActivities<ReturnType<typeof createTrainModelActivities>>(modelActivity);

/** Fits the model on lake gold and registers it as a new version, to which `staging` then points. */
export async function trainModel(input: TrainModelInput): Promise<TrainModelResult> {
  const asked = readJobInput(TrainModelInput, input);
  const report = reportProgress({ phase: 'train', unit: 'models', total: 1 });
  const version = await train({ ...asked, runId: thisRunId() });
  report({ done: 1 });
  return version;
}
