import { proxyActivities } from '@temporalio/workflow';
import type { createCleanDataActivities } from '../activities/clean-data.js';
import { WeeklyDataCleanupInput, type CleanupResult } from '../schemas/jobs/weekly-data-cleanup.js';
import { lakeActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';

const activities = proxyActivities<ReturnType<typeof createCleanDataActivities>>(lakeActivity);

/** Archives old rows, moves old months to the cold location, and tidies the lake; or says what it would do. */
export async function weeklyDataCleanup(input: WeeklyDataCleanupInput): Promise<CleanupResult> {
  const { mode, steps, tables } = readJobInput(WeeklyDataCleanupInput, input);
  const report = reportProgress({ phase: 'archive', unit: 'steps', total: steps.length });
  const part = { runId: thisRunId(), mode, tables };
  const archived = steps.includes('archive') ? await activities.archiveOldRows(part) : [];
  report({ phase: 'cold' });
  const movedToCold = steps.includes('cold') ? await activities.moveOldMonths(part) : [];
  report({ phase: 'tidy' });
  const tidied = steps.includes('tidy')
    ? await activities.tidyLake(part)
    : { forgotten: [], orphans: { files: 0, bytes: 0 } };
  return { mode, archived, movedToCold, ...tidied };
}
