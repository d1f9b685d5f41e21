import { proxyActivities } from '@temporalio/workflow';
import type { createMaintainDatabaseActivities } from '../activities/maintain-database.js';
import type { DatabaseMaintenanceResult } from '../schemas/jobs/database-maintenance.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { maintenanceActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { maintainDatabase } =
  proxyActivities<ReturnType<typeof createMaintainDatabaseActivities>>(maintenanceActivity);

/** Makes the partitions ahead, removes temporary data, refreshes the planner's statistics. */
export async function databaseMaintenance(input: NoInput): Promise<DatabaseMaintenanceResult> {
  readJobInput(NoInput, input);
  reportProgress({ phase: 'maintain', unit: 'databases', total: 1 });
  return maintainDatabase({});
}
