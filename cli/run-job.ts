import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import { jobState } from '../adapters/temporal/job-progress.js';
import { runningInput, startJob } from '../adapters/temporal/run-job.js';
import { BadInput, DependencyAway, TouchlineError } from '../schemas/errors.js';
import { jobFailure, type JobFailure } from '../schemas/jobs/failure.js';
import type { Job } from '../workflows/jobs.js';
import type { CommandContext } from './command.js';
import { progressLine } from './progress-line.js';

const lookEveryMs = 500;

/** A job that failed, under the name and with the subject of the error that its activity raised. */
export class JobFailed extends TouchlineError {
  readonly remedy = 'fix-input';

  constructor(failure: JobFailure, cause: unknown) {
    super(failure.message, failure.subject, cause);
    this.name = failure.name;
  }
}

/** The id under which one run of the job at a time goes; places are hashed, ids stay short. */
export function workflowIdOf<Input extends z.ZodType>(job: Job<Input>, input: z.output<Input>): string {
  if (job.about === undefined) return job.name;
  return `${job.name}/${createHash('sha256').update(job.about(input)).digest('hex').slice(0, 12)}`;
}

/**
 * Starts a job and follows it to its end, showing its progress. A job of the same id that is already running with
 * the same input is followed instead. Throws {@link JobFailed} with the activity's own error.
 */
export async function runJob<Input extends z.ZodType>(
  job: Job<Input>,
  input: z.output<Input>,
  client: Client,
  { output, interrupted }: Pick<CommandContext, 'output' | 'interrupted'>,
): Promise<unknown> {
  const workflowId = workflowIdOf(job, input);
  const { workflowType, taskQueue } = job;
  const started = await startJob(client, { workflowType, workflowId, taskQueue, input });
  if (started.begun === 'earlier') {
    await refuseOtherInput(client, workflowId, input);
    output.note(`${job.name} is already running (workflow ${workflowId}): following it to its end.`);
  }
  let ended = false;
  const result = started.result().finally(() => {
    ended = true;
  });
  result.catch(() => undefined);
  const startedAt = Date.now();
  while (!ended && !interrupted.aborted) {
    await Promise.race([
      sleep(lookEveryMs, undefined, { signal: interrupted }).catch(() => undefined),
      result.catch(() => undefined),
    ]);
    if (ended) break;
    const state = await jobState(client, workflowId);
    output.progress(progressLine(state, Date.now() - startedAt));
  }
  output.progress('');
  if (!ended) {
    throw new DependencyAway(`Interrupted while ${job.name} was running`, {
      object: `workflow ${workflowId}`,
      advice: 'The job goes on when a worker runs again; the same command follows it to its end.',
    });
  }
  return result.catch((error: unknown) => {
    throw new JobFailed(jobFailure(error), error);
  });
}

async function refuseOtherInput(client: Client, workflowId: string, input: unknown): Promise<void> {
  const running = await runningInput(client, workflowId);
  if (isDeepStrictEqual(running, JSON.parse(JSON.stringify(input)))) return;
  throw new BadInput('The job is already running with other settings', {
    object: `workflow ${workflowId}, started with ${JSON.stringify(running)}`,
    advice: 'Wait for its end, or call the command with the same settings to follow it.',
  });
}
