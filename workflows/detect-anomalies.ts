import { proxyActivities, sleep } from '@temporalio/workflow';
import type { createDetectAnomaliesActivities } from '../activities/detect-anomalies.js';
import type { createRequestFeaturesActivities } from '../activities/request-features.js';
import type { createRequestRetrainingActivities } from '../activities/request-retraining.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import { DetectAnomaliesInput, type DetectAnomaliesResult } from '../schemas/jobs/detect-anomalies.js';
import type { JobOutcome } from '../schemas/jobs/outcome.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import { longActivity, shortActivity } from './activity-options.js';
import { readJobInput } from './job-input.js';
import { reportProgress } from './progress.js';
import { thisRunId } from './run-id.js';
import { workflowTime } from './workflow-time.js';

const { detectAnomalies: detect } =
  proxyActivities<ReturnType<typeof createDetectAnomaliesActivities>>(longActivity);
const { requestFeatures } =
  proxyActivities<ReturnType<typeof createRequestFeaturesActivities>>(shortActivity);
const { requestRetraining } =
  proxyActivities<ReturnType<typeof createRequestRetrainingActivities>>(shortActivity);

/** A run of features, which takes some seconds, is asked after this long whether it has ended; then after twice as long each time, and never later than the last. Real milliseconds. */
const featuresAskedAgain = { firstMs: 5_000, lastMs: 300_000 } as const;
/** By the job's clock: features that take longer are left to whoever asks next. */
const featuresWaitedForMs = 3_600_000;

/**
 * Looks for anomalies in a table, and does what they call for (ANOM-7): features leave out what went into quarantine, and are computed anew where they
 * drifted or prices are distributed otherwise, followed by one training. Whatever else was found waits for a person.
 */
export async function detectAnomalies(input: DetectAnomaliesInput): Promise<DetectAnomaliesResult> {
  const asked = readJobInput(DetectAnomaliesInput, input);
  const { table, clock } = asked;
  const byClock = clock === undefined ? {} : { clock };
  const report = reportProgress({ phase: 'detect', unit: 'methods' });
  const runId = thisRunId();
  const found = await detect({ ...asked, runId });
  report({ done: found.detections.length, total: found.detections.length });
  const none = { features: 'not-asked', retraining: 'not-asked' } as const;
  if (found.detections.length === 0) {
    return { ...found, ...none, table, result: skipped(`Nothing in ${table} is newer than the last look`) };
  }
  // A look of before shifts were counted has none.
  const isMoved = found.drifted > 0 || found.shifted > 0;
  if (found.quarantined === 0 && !isMoved) return { ...found, ...none, table, result: succeeded };
  report({ phase: 'features' });
  const features = await featuresOfNow(clock);
  // A model that is trained on features of before the drift would learn nothing of it.
  if (features === 'not-ready') {
    const result: JobOutcome = { outcome: 'partial', reason: 'The features were not computed in time' };
    return { ...found, ...none, table, features, result };
  }
  const retraining = isMoved ? (await requestRetraining({ runId, ...byClock })).state : 'not-asked';
  return { ...found, table, features, retraining, result: succeeded };
}

const succeeded: JobOutcome = { outcome: 'succeeded' };
const skipped = (reason: string): JobOutcome => ({ outcome: 'skipped', reason });

/** Has the features computed as of now, together with whoever else asks for them. */
async function featuresOfNow(clock: SimulatedClock | undefined): Promise<'ready' | 'not-ready'> {
  const now = () => nowBy(clock, workflowTime());
  const asOf = now();
  const asked = clock === undefined ? { asOf } : { asOf, clock };
  const { firstMs, lastMs } = featuresAskedAgain;
  for (let waitMs: number = firstMs; ; waitMs = Math.min(2 * waitMs, lastMs)) {
    if ((await requestFeatures(asked)).state === 'ready') return 'ready';
    if (now() >= asOf + featuresWaitedForMs) return 'not-ready';
    await sleep(waitMs);
  }
}
