import { proxyActivities } from '@temporalio/workflow';
import type { createMaintainDatabaseActivities } from '../activities/maintain-database.js';
import { RefreshViewsInput, type RefreshViewsResult } from '../schemas/jobs/database-maintenance.js';
import { maintenanceActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { refreshViews } =
  proxyActivities<ReturnType<typeof createMaintainDatabaseActivities>>(maintenanceActivity);

/** Brings the materialised views of Postgres up to date, all or those that are named. */
export async function refreshMaterializedViews(input: RefreshViewsInput): Promise<RefreshViewsResult> {
  const asked = readJobInput(RefreshViewsInput, input);
  reportProgress({ phase: 'refresh', unit: 'views' });
  return refreshViews(asked);
}
