import { proxyActivities } from '@temporalio/workflow';
import type { createCheckProvidersActivities } from '../activities/check-providers.js';
import type { createRelieveDisksActivities } from '../activities/relieve-disks.js';
import type { createSystemHealthActivities } from '../activities/system-health-check.js';
import { SystemHealthInput, type HealthReport } from '../schemas/jobs/system-health-check.js';
import { maintenanceActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';

const { relieveDisks } =
  proxyActivities<ReturnType<typeof createRelieveDisksActivities>>(maintenanceActivity);
const { checkHealth } = proxyActivities<ReturnType<typeof createSystemHealthActivities>>(maintenanceActivity);
const { checkProviders } =
  proxyActivities<ReturnType<typeof createCheckProvidersActivities>>(maintenanceActivity);

/**
 * Makes room where a disk is nearly full, looks whether the house and its sources are well, and closes the logs of runs that ended without a
 * word. Room comes first: without it Postgres takes no judgement.
 */
export async function systemHealthCheck(input: SystemHealthInput): Promise<HealthReport> {
  const asked = readJobInput(SystemHealthInput, input);
  const relief = await relieveDisks({});
  const { providers } = await checkProviders(asked);
  return { ...(await checkHealth({})), relief, providers };
}
