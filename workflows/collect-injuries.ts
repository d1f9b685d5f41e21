import { proxyActivities } from '@temporalio/workflow';
import type { createCollectInjuriesActivities } from '../activities/collect-injuries.js';
import { CollectInjuriesInput, type CollectSourcesResult } from '../schemas/jobs/collect-told.js';
import { shortActivity } from './activity-options.js';
import { collectFromSources } from './collect-told.js';
import { readJobInput } from './job-input.js';

const { injuriesRequests } =
  proxyActivities<ReturnType<typeof createCollectInjuriesActivities>>(shortActivity);

/** Collects who misses the matches of the leagues that play within a week. */
export async function collectInjuries(input: CollectInjuriesInput): Promise<CollectSourcesResult> {
  const job = readJobInput(CollectInjuriesInput, input);
  const { sources } = await injuriesRequests(job);
  const { clock } = job;
  return await collectFromSources(sources, { kind: 'injuries', ...(clock === undefined ? {} : { clock }) });
}
