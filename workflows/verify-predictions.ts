import { proxyActivities } from '@temporalio/workflow';
import type { createVerifyPredictionsActivities } from '../activities/verify-predictions.js';
import { VerifyPredictionsInput, type VerifyPredictionsResult } from '../schemas/jobs/follow-match.js';
import { longActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';

const { verifyPredictions: verify } =
  proxyActivities<ReturnType<typeof createVerifyPredictionsActivities>>(longActivity);

/** Holds every prediction against the result of its match that has one now. */
export async function verifyPredictions(input: VerifyPredictionsInput): Promise<VerifyPredictionsResult> {
  const { clock } = readJobInput(VerifyPredictionsInput, input);
  const report = reportProgress({ phase: 'verify', unit: 'predictions' });
  const result = await verify(clock === undefined ? {} : { clock });
  report({ done: result.verified, total: result.verified });
  return result;
}
