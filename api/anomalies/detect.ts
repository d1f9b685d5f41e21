import { WorkflowFailedError, type Client } from '@temporalio/client';
import { reachingTemporal, temporalAway } from '../../adapters/temporal/away.js';
import type { StartedJob } from '../../adapters/temporal/run-job.js';
import type { Detected } from '../../schemas/api/anomalies.js';
import { DetectAnomaliesResult, type DetectAnomaliesInput } from '../../schemas/jobs/detect-anomalies.js';
import { jobFailure } from '../../schemas/jobs/failure.js';
import { toIso } from '../../schemas/values.js';
import { detectAnomaliesJob } from '../../workflows/jobs.js';
import { OutOfTurn } from '../problems.js';
import { startJobNamed } from '../tasks/start-job.js';

/** A detection that was started, and its result where it came in time. */
export interface DetectionRun {
  readonly workflowId: string;
  /** Undefined while it runs. */
  readonly result: DetectAnomaliesResult | undefined;
}

/**
 * Has a table looked at, and waits a while for what comes of it; one that is looked at already is waited for.
 * @throws OutOfTurn where it is looked at with another window, or the look failed; DependencyAway where Temporal is away
 */
export async function detect(
  connect: () => Promise<Client>,
  input: DetectAnomaliesInput,
  waitMs: number,
): Promise<DetectionRun> {
  const started = await reachingTemporal(connect, (client) =>
    startJobNamed(client, detectAnomaliesJob, input),
  );
  return { workflowId: started.workflowId, result: await resultWithin(connect, started, waitMs) };
}

async function resultWithin(
  connect: () => Promise<Client>,
  started: StartedJob,
  waitMs: number,
): Promise<DetectAnomaliesResult | undefined> {
  if (waitMs === 0) return undefined;
  try {
    return DetectAnomaliesResult.parse(await reachingTemporal(connect, () => started.result(), waitMs));
  } catch (error) {
    // It was started, and goes on whether it is waited for or not.
    if (temporalAway(error) !== undefined) return undefined;
    if (!(error instanceof WorkflowFailedError)) throw error;
    const { name, message, subject } = jobFailure(error);
    throw new OutOfTurn(`The detection failed: ${name}`, {
      object: `workflow ${started.workflowId}`,
      advice:
        subject.advice ?? `GET /tasks/runs/${encodeURIComponent(started.workflowId)} says why: ${message}`,
    });
  }
}

/** What a detection came to, as the API tells it. */
export const resultDocument = ({
  result,
  window,
  detections,
  findings,
  quarantined,
}: DetectAnomaliesResult): NonNullable<Detected['result']> => ({
  ...{ outcome: result.outcome, reason: result.outcome === 'succeeded' ? null : result.reason },
  window: { from: toIso(window.from), to: toIso(window.to) },
  detections: detections.map(({ anomalyType, ...counts }) => ({ ...counts, anomaly_type: anomalyType })),
  ...{ findings, quarantined },
});
