import { ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import type { createDrillRestoreActivities } from '../activities/drill-restore.js';
import { RestoreDrillInput, type RestoreDrillResult } from '../schemas/jobs/backup.js';
import { backupActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';

// Sentinels would be written anew by another attempt, and hours later it is another drill.
const { drillRestore } = proxyActivities<ReturnType<typeof createDrillRestoreActivities>>({
  ...backupActivity,
  retry: { maximumAttempts: 1 },
});

/** Restores to a random instant beside production and looks at what is there. Fails where something is not as it should be. */
export async function restoreDrill(input: RestoreDrillInput): Promise<RestoreDrillResult> {
  const result = await drillRestore(readJobInput(RestoreDrillInput, input));
  if (result.passed) return result;
  throw ApplicationFailure.create({
    message: `A drilled restore is not what it should be: ${result.findings[0] ?? 'see restore_audits'}`,
    type: 'RestoreDrillFailed',
    nonRetryable: true,
    details: [{ remedy: 'fix-input', subject: { object: `drill ${result.drill}` } }],
  });
}
