import { proxyActivities } from '@temporalio/workflow';
import type { createPublishSilverActivities, PublishSilverResult } from '../activities/publish-silver.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { lakeActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';

const { publishSilver } = proxyActivities<ReturnType<typeof createPublishSilverActivities>>(lakeActivity);

/** Copies the months of silver that changed to the lake, in one snapshot. */
export async function publish(input: NoInput): Promise<PublishSilverResult> {
  readJobInput(NoInput, input);
  reportProgress({ phase: 'publish', unit: 'snapshots', total: 1 });
  return publishSilver({ runId: thisRunId() });
}
