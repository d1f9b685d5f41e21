import { proxyActivities } from '@temporalio/workflow';
import type { createPublishSilverActivities } from '../activities/publish-silver.js';
import type { createRefineBronzeActivities } from '../activities/refine-bronze.js';
import { NoInput } from '../schemas/jobs/refine.js';
import { lakeActivity, longActivity } from './activity-options.js';
import { bringToGold } from './bring-to-gold.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { clearSilver } = proxyActivities<ReturnType<typeof createRefineBronzeActivities>>(longActivity);
const { clearLake } = proxyActivities<ReturnType<typeof createPublishSilverActivities>>(lakeActivity);

/** Empties silver and the lake, and derives both again from bronze. Match ids and external ids stay. */
export async function rebuild(input: NoInput): Promise<void> {
  readJobInput(NoInput, input);
  const report = reportProgress({ phase: 'clear', unit: 'layers', total: 2 });
  await clearSilver({});
  report({ done: 1 });
  await clearLake({});
  await bringToGold(report);
}
