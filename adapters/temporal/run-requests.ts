import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { BadInput } from '../../schemas/errors.js';
import type { RunStatus } from '../../schemas/jobs/run.js';
import { TaskQueue } from '../../schemas/jobs/task-queues.js';
import { startJob } from './run-job.js';
import { findRun, listRuns, runName, type JobRun } from './runs.js';

/** Asks a run to end: its steps are cancelled, and it closes what it has opened. Throws {@link BadInput} where it has ended. */
export async function cancelRun(client: Client, name: string): Promise<JobRun> {
  const run = await runningRun(client, name);
  await client.workflow.getHandle(run.workflowId, run.runId).cancel();
  return run;
}

/** Ends a run at once, without a word to it. Throws {@link BadInput} where it has ended. */
export async function terminateRun(client: Client, name: string, reason: string): Promise<JobRun> {
  const run = await runningRun(client, name);
  await client.workflow.getHandle(run.workflowId, run.runId).terminate(reason);
  return run;
}

/** Ends every run of these workflows at once, as far as Temporal lists them; those that were ended by this call. */
export async function terminateRuns(
  client: Client,
  workflowTypes: readonly string[],
  reason: string,
): Promise<JobRun[]> {
  const ended: JobRun[] = [];
  for (const run of await listRuns(client, { workflowTypes, status: 'running' })) {
    try {
      await client.workflow.getHandle(run.workflowId, run.runId).terminate(reason);
      ended.push(run);
    } catch (error) {
      // It ended by itself meanwhile.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  }
  return ended;
}

const restartable: ReadonlySet<RunStatus> = new Set(['failed', 'cancelled', 'terminated', 'timed-out']);

/**
 * Starts a run that came to no good end once more, under its workflow's id and with its input.
 * Throws {@link BadInput} where it runs or ended well, is part of another, follows a match, or its workflow runs again already.
 */
export async function restartRun(client: Client, name: string): Promise<JobRun> {
  const { run, description } = await findRun(client, name);
  const { workflowId, workflowType, status } = run;
  if (!restartable.has(status)) {
    throw new BadInput(
      `The run ${runName(run)} is ${status}: only one that came to no good end is started again`,
      {
        advice: 'Start its job anew: touchline run.',
      },
    );
  }
  if (workflowType === 'followMatch') {
    throw new BadInput(`The run ${runName(run)} follows a match, and goes by the newest plan of it`, {
      advice:
        'It is begun again by its plan, after one that failed in growing pauses: touchline run plan-matches.',
    });
  }
  const parent = description.parentExecution?.workflowId;
  const input = description.memo?.['input'];
  const queue = TaskQueue.safeParse(description.taskQueue);
  if (parent !== undefined || input === undefined || !queue.success) {
    throw new BadInput(`The run ${runName(run)} was not started for itself`, {
      advice: `Start that again which it is part of${parent === undefined ? '' : `: ${parent}`}.`,
    });
  }
  const started = await startJob(client, { workflowType, workflowId, taskQueue: queue.data, input });
  const { run: again } = await findRun(client, workflowId);
  if (started.begun === 'now') return again;
  throw new BadInput(`${workflowId} runs again already`, {
    advice: 'Wait for its end, or end it: touchline runs cancel.',
  });
}

async function runningRun(client: Client, name: string): Promise<JobRun> {
  const { run } = await findRun(client, name);
  if (run.status === 'running') return run;
  throw new BadInput(`The run ${runName(run)} has ended already: it is ${run.status}`, {
    advice: 'See which run: touchline runs list --status running.',
  });
}
