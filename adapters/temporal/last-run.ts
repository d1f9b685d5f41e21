import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { jobFailure, type JobFailure } from '../../schemas/jobs/failure.js';
import { runOf, type JobRun } from './runs.js';

/** The latest run of a workflow, with what it kept in its memo. */
export interface LastRun extends JobRun {
  readonly memo: Readonly<Record<string, unknown>>;
  /** Why it failed or ran out of time; undefined for every other end. */
  readonly failure: JobFailure | undefined;
}

/** The latest run of a workflow; undefined where Temporal has none, or none any more. */
export async function lastRun(client: Client, workflowId: string): Promise<LastRun | undefined> {
  try {
    const description = await client.workflow.getHandle(workflowId).describe();
    const run = runOf(description);
    const hasFailed = run.status === 'failed' || run.status === 'timed-out';
    return {
      ...run,
      memo: description.memo ?? {},
      failure: hasFailed ? await failureOf(client, run) : undefined,
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function failureOf(client: Client, { workflowId, runId }: JobRun): Promise<JobFailure> {
  return await client.workflow
    .getHandle(workflowId, runId, { followRuns: false })
    .result()
    .then(
      () => ({ name: 'Error', message: 'It has ended well after all', subject: {} }),
      (error: unknown) => jobFailure(error),
    );
}
