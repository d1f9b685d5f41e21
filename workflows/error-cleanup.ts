import { proxyActivities } from '@temporalio/workflow';
import type { createErrorCleanupActivities } from '../activities/error-cleanup.js';
import { ErrorCleanupInput, type ErrorCleanupResult } from '../schemas/jobs/error-cleanup.js';
import { maintenanceActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';

const { removeOldErrors } =
  proxyActivities<ReturnType<typeof createErrorCleanupActivities>>(maintenanceActivity);

/** Removes old lines of the error log. */
export async function errorCleanup(input: ErrorCleanupInput): Promise<ErrorCleanupResult> {
  const { keepDays } = readJobInput(ErrorCleanupInput, input);
  return removeOldErrors({ keepDays });
}
