import { proxyActivities } from '@temporalio/workflow';
import type { createTuneModelActivities } from '../activities/tune-model.js';
import { TuneModelInput, type TuneModelResult } from '../schemas/jobs/tune-model.js';
import { modelActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { workflowTime } from './workflow-time.js';

const { planTuning, scoreTrial, chooseTrial } =
  proxyActivities<ReturnType<typeof createTuneModelActivities>>(modelActivity);

const minute = 60_000;
/** The present recipe and one beside it: without them there is nothing to choose from. */
const fewest = 2;

/**
 * Tries recipes around the present one on seasons that judge no model, as many as were asked for or as the budget allows, and keeps which is best. One trial goes at a time: its
 * boosters grow side by side on threads. Registers nothing.
 */
export async function tuneModel(input: TuneModelInput): Promise<TuneModelResult> {
  const asked = readJobInput(TuneModelInput, input);
  const all = asked.trials + 1;
  const report = reportProgress({ phase: 'tune', unit: 'recipes', total: all });
  const plan = await planTuning(asked);
  const began = workflowTime();
  const budget = asked.budgetMinutes === undefined ? Infinity : asked.budgetMinutes * minute;
  let [tried, longest] = [0, 0];
  while (tried < all) {
    const now = workflowTime();
    if (tried >= fewest && now - began + longest > budget) break;
    await scoreTrial({ ...asked, ...plan, trial: tried });
    longest = Math.max(longest, workflowTime() - now);
    tried += 1;
    report({ done: tried });
  }
  return chooseTrial({ ...asked, ...plan, tried });
}
