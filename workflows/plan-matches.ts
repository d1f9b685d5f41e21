import { proxyActivities } from '@temporalio/workflow';
import type { createPlanMatchesActivities } from '../activities/plan-matches.js';
import { PlanMatchesInput, type PlanMatchesResult } from '../schemas/jobs/follow-match.js';
import { longActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { planMatches: plan } = proxyActivities<ReturnType<typeof createPlanMatchesActivities>>(longActivity);

/** Has every match followed that begins soon, and plans the budgets of the day. */
export async function planMatches(input: PlanMatchesInput): Promise<PlanMatchesResult> {
  const { hoursAhead, steps, clock } = readJobInput(PlanMatchesInput, input);
  const report = reportProgress({ phase: 'plan', unit: 'matches' });
  const result = await plan({ hoursAhead, steps, ...(clock === undefined ? {} : { clock }) });
  report({ done: result.followed, total: result.followed });
  return result;
}
