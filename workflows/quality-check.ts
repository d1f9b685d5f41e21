import { proxyActivities } from '@temporalio/workflow';
import type { createCheckQualityActivities } from '../activities/check-quality.js';
import { QualityCheckInput, type QualityCheckResult } from '../schemas/jobs/quality-check.js';
import { lakeActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';

const { checkQuality } = proxyActivities<ReturnType<typeof createCheckQualityActivities>>(lakeActivity);

/** Judges what is published by its suites, the calendar and the clocks of its matches, and keeps what was found. */
export async function qualityCheck(input: QualityCheckInput): Promise<QualityCheckResult> {
  const asked = readJobInput(QualityCheckInput, input);
  reportProgress({ phase: 'quality-check', unit: 'snapshots', total: 1 });
  return checkQuality({ ...asked, runId: thisRunId() });
}
