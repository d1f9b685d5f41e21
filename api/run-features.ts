import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { startJob } from '../adapters/temporal/run-job.js';
import { jobFailure } from '../schemas/jobs/failure.js';
import { calculateFeaturesJob } from '../workflows/jobs.js';
import { OutOfTurn } from './problems.js';

/** A run of the job, by this request or under way already, and whether it has ended well by now. */
export interface FeaturesRun {
  readonly workflow_id: string;
  readonly begun: 'now' | 'earlier';
  readonly hasEnded: boolean;
}

/**
 * Has features calculated: starts the job, or goes along with the run that is under way, and waits for its end as long as the request may.
 * @throws OutOfTurn where the run fails meanwhile; what Temporal throws
 */
export async function runFeatures(client: Client, waitMs: number): Promise<FeaturesRun> {
  const { name: workflowId, workflowType, taskQueue } = calculateFeaturesJob;
  const started = await startJob(client, { ...{ workflowId, workflowType, taskQueue }, input: {} });
  const waiting = new AbortController();
  const { begun } = started;
  const ended = started.result().then(
    () => 'well' as const,
    (error: unknown) => jobFailure(error),
  );
  const patience = sleep(waitMs, 'not yet' as const, { signal: waiting.signal }).catch(
    () => 'not yet' as const,
  );
  const end = await Promise.race([ended, patience]);
  waiting.abort();
  if (end === 'well' || end === 'not yet')
    return { workflow_id: workflowId, begun, hasEnded: end === 'well' };
  throw new OutOfTurn(`${workflowId} has failed: ${end.message}`, {
    advice: end.subject.advice ?? 'touchline runs shows why.',
  });
}
