import { proxyActivities } from '@temporalio/workflow';
import type { createBackUpActivities } from '../activities/back-up.js';
import { CleanBackupsInput, type CleanBackupsResult } from '../schemas/jobs/backup.js';
import { backupActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';

const activities = proxyActivities<ReturnType<typeof createBackUpActivities>>(backupActivity);

/** Removes the backups that are kept no longer. */
export async function cleanBackups(input: CleanBackupsInput): Promise<CleanBackupsResult> {
  return activities.cleanBackups(readJobInput(CleanBackupsInput, input));
}
