import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import { workflowIdOf } from '../adapters/temporal/job-id.js';
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
  const isInterrupted = (): boolean => interrupted.aborted;
  const workflowId = workflowIdOf(job, input);
  const { workflowType, taskQueue } = job;
  const started = await startJob(client, { workflowType, workflowId, taskQueue, input });
  if (started.begun === 'earlier') {
    await refuseOtherInput(client, workflowId, input);
    output.note(`${job.name} is already running (workflow ${workflowId}): following it to its end.`);
  }
  if (isInterrupted()) throw interruptedWhile(job.name, workflowId);
  // Ended with the command: what still waits when the connection is closed would be asked again over it.
  const end = client
    .withAbortSignal(interrupted, () => started.result())
    .then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
  const startedAt = Date.now();
  for (;;) {
    const ended = await Promise.race([end, pause(interrupted)]);
    if (ended !== undefined) {
      output.progress('');
      if ('value' in ended) return ended.value;
      throw isInterrupted()
        ? interruptedWhile(job.name, workflowId)
        : new JobFailed(jobFailure(ended.error), ended.error);
    }
    if (isInterrupted()) throw interruptedWhile(job.name, workflowId);
    output.progress(progressLine(await jobState(client, workflowId), Date.now() - startedAt));
  }
}

/** Resolves after a moment, at once when interrupted. */
const pause = (interrupted: AbortSignal): Promise<undefined> =>
  sleep(lookEveryMs, undefined, { signal: interrupted }).catch(() => undefined);

const interruptedWhile = (jobName: string, workflowId: string): DependencyAway =>
  new DependencyAway(`Interrupted while ${jobName} was running`, {
    object: `workflow ${workflowId}`,
    advice:
      'The job goes on while a worker runs; the same command follows it to its end. The Temporal UI can end it.',
  });

async function refuseOtherInput(client: Client, workflowId: string, input: unknown): Promise<void> {
  const running = await runningInput(client, workflowId);
  if (isDeepStrictEqual(running, JSON.parse(JSON.stringify(input)))) return;
  throw new BadInput('The job is already running with other settings', {
    object: `workflow ${workflowId}, started with ${JSON.stringify(running)}`,
    advice:
      'Wait for its end, call the command with the same settings to follow it, or end it in the Temporal UI (touchline status).',
  });
}
