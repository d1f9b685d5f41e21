import { proxyActivities } from '@temporalio/workflow';
import type { createBackUpActivities } from '../activities/back-up.js';
import { VerifyBackupInput, type VerifyBackupResult } from '../schemas/jobs/backup.js';
import { backupActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';

const { verifyBackups } = proxyActivities<ReturnType<typeof createBackUpActivities>>(backupActivity);

/** Looks whether every backup is whole. */
export async function verifyBackup(input: VerifyBackupInput): Promise<VerifyBackupResult> {
  return verifyBackups(readJobInput(VerifyBackupInput, input));
}
