import { proxyActivities } from '@temporalio/workflow';
import type { createMaintainDatabaseActivities } from '../activities/maintain-database.js';
import type { RefreshViewsResult } from '../schemas/jobs/database-maintenance.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { longActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { refreshViews } = proxyActivities<ReturnType<typeof createMaintainDatabaseActivities>>(longActivity);

/** Brings every materialised view of Postgres up to date. */
export async function refreshMaterializedViews(input: NoInput): Promise<RefreshViewsResult> {
  readJobInput(NoInput, input);
  reportProgress({ phase: 'refresh', unit: 'views' });
  return refreshViews({});
}
