import { proxyActivities } from '@temporalio/workflow';
import type { BuildGoldResult, createBuildGoldActivities } from '../activities/build-gold.js';
import type { createMaterialiseFeaturesActivities } from '../activities/materialise-features.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { lakeActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';

const { buildGold: buildGoldModels } =
  proxyActivities<ReturnType<typeof createBuildGoldActivities>>(lakeActivity);
const { materialiseFeatures } =
  proxyActivities<ReturnType<typeof createMaterialiseFeaturesActivities>>(lakeActivity);

/** Computes the gold models over the newest snapshot of lake silver, in one snapshot, and puts the features of the matches ahead in place online. */
export async function buildGold(input: NoInput): Promise<BuildGoldResult> {
  readJobInput(NoInput, input);
  reportProgress({ phase: 'build-gold', unit: 'snapshots', total: 1 });
  const built = await buildGoldModels({ runId: thisRunId() });
  // Also where nothing changed: what is served online is as of when it was copied, and ages.
  if (built.snapshot !== null) await materialiseFeatures({});
  return built;
}
