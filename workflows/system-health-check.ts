import { proxyActivities } from '@temporalio/workflow';
import type { createSystemHealthActivities } from '../activities/system-health-check.js';
import { NoInput } from '../schemas/jobs/refine.js';
import type { HealthReport } from '../schemas/jobs/system-health-check.js';
import { maintenanceActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';

const { checkHealth } = proxyActivities<ReturnType<typeof createSystemHealthActivities>>(maintenanceActivity);

/** Looks whether the house is well, and closes the logs of runs that ended without a word. */
export async function systemHealthCheck(input: NoInput): Promise<HealthReport> {
  readJobInput(NoInput, input);
  return checkHealth({});
}
