import { proxyActivities } from '@temporalio/workflow';
import type { BuildGoldResult, createBuildGoldActivities } from '../activities/build-gold.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { lakeActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';

const { buildGold: buildGoldModels } =
  proxyActivities<ReturnType<typeof createBuildGoldActivities>>(lakeActivity);

/** Computes the gold models over the newest snapshot of lake silver, in one snapshot. */
export async function buildGold(input: NoInput): Promise<BuildGoldResult> {
  readJobInput(NoInput, input);
  reportProgress({ phase: 'build-gold', unit: 'snapshots', total: 1 });
  return buildGoldModels({ runId: thisRunId() });
}
