import { proxyActivities } from '@temporalio/workflow';
import type { createCheckFeatureSkewActivities } from '../activities/check-feature-skew.js';
import { CheckFeatureSkewInput, type CheckFeatureSkewResult } from '../schemas/jobs/check-feature-skew.js';
import { lakeActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { thisRunId } from './run-id.js';

const { checkFeatureSkew: check } =
  proxyActivities<ReturnType<typeof createCheckFeatureSkewActivities>>(lakeActivity);

/** Holds the features that were served online since the last check against the lake. */
export async function checkFeatureSkew(input: CheckFeatureSkewInput): Promise<CheckFeatureSkewResult> {
  readJobInput(CheckFeatureSkewInput, input);
  return check({ runId: thisRunId() });
}
