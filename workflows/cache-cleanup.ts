import { proxyActivities } from '@temporalio/workflow';
import type { createCleanCacheActivities } from '../activities/clean-cache.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { maintenanceActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';

const { cleanCache } = proxyActivities<ReturnType<typeof createCleanCacheActivities>>(maintenanceActivity);

/** Removes from the cache what nobody asks for any more. */
export async function cacheCleanup(input: NoInput): Promise<{ removed: number }> {
  readJobInput(NoInput, input);
  return cleanCache();
}
