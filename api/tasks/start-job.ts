import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@temporalio/client';
import { workflowIdOf } from '../../adapters/temporal/job-id.js';
import { runningInput, startJob, type StartedJob } from '../../adapters/temporal/run-job.js';
import { BadInput } from '../../schemas/errors.js';
import type { Job } from '../../workflows/jobs.js';
import { OutOfTurn } from '../problems.js';

/** Reads what a job is to be given. Throws {@link BadInput} that names the field. */
export function readJobInput({ name, input }: Job, given: unknown): unknown {
  const parsed = input.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new BadInput(
    `The input of ${name} cannot be used: ${field === '' ? '' : `${field}: `}${issue?.message ?? 'unreadable'}`,
    { field: `input.${field}`, advice: 'GET /tasks/jobs says what it accepts.' },
  );
}

/**
 * Starts a job with an input that was read, or attaches to its run that goes on with the same. Throws {@link OutOfTurn} where one goes on
 * with another input.
 */
export async function startJobNamed(client: Client, job: Job, input: unknown): Promise<StartedJob> {
  const { workflowType, taskQueue } = job;
  const workflowId = workflowIdOf(job, input);
  const started = await startJob(client, { workflowType, workflowId, taskQueue, input });
  if (started.begun === 'now') return started;
  const running = await runningInput(client, workflowId);
  if (isDeepStrictEqual(running, JSON.parse(JSON.stringify(input)))) return started;
  throw new OutOfTurn(`${job.name} goes on with another input`, {
    object: `workflow ${workflowId}`,
    advice: 'Wait for its end, or cancel it: POST /tasks/runs/{run}/cancel.',
  });
}
