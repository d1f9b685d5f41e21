import { proxyActivities } from '@temporalio/workflow';
import type { createMaterialiseFeaturesActivities } from '../activities/materialise-features.js';
import {
  MaterialiseFeaturesInput,
  type MaterialiseFeaturesResult,
} from '../schemas/jobs/materialise-features.js';
import { lakeActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';

const { materialiseFeatures: materialise } =
  proxyActivities<ReturnType<typeof createMaterialiseFeaturesActivities>>(lakeActivity);

/** Puts what services tell of the matches ahead into the online store. */
export async function materialiseFeatures(
  input: MaterialiseFeaturesInput,
): Promise<MaterialiseFeaturesResult> {
  return materialise(readJobInput(MaterialiseFeaturesInput, input));
}
