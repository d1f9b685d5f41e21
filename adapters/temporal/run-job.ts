import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { priorityOf } from '../../schemas/jobs/priorities.js';
import { startedByHouse } from '../../schemas/jobs/started-by.js';
import type { TaskQueue } from '../../schemas/jobs/task-queues.js';

/** What to start: of one `workflowId` only one runs at a time. */
export interface JobStart {
  readonly workflowType: string;
  readonly workflowId: string;
  readonly taskQueue: TaskQueue;
  readonly input: unknown;
  /** Where it is a consequence of another run, and nobody waits for it. */
  readonly startedBy?: 'house';
}

/** A job that runs, by this call or by an earlier one. */
export interface StartedJob {
  readonly workflowId: string;
  readonly begun: 'now' | 'earlier';
  /** The result, or the error that Temporal wraps around the activity's own. */
  result(): Promise<unknown>;
}

const inputMemo = 'input';

/** Starts the job, or attaches to the one of the same id that is running. */
export async function startJob(client: Client, job: JobStart): Promise<StartedJob> {
  const { workflowId } = job;
  try {
    const handle = await client.workflow.start(job.workflowType, {
      workflowId,
      taskQueue: job.taskQueue,
      args: [job.input],
      memo: { ...(job.startedBy === 'house' ? startedByHouse : {}), [inputMemo]: job.input },
      priority: priorityOf(job.workflowType),
    });
    return { workflowId, begun: 'now', result: () => handle.result() };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const handle = client.workflow.getHandle(workflowId);
    return { workflowId, begun: 'earlier', result: () => handle.result() };
  }
}

/** The input that a running job was started with. */
export async function runningInput(client: Client, workflowId: string): Promise<unknown> {
  const { memo } = await client.workflow.getHandle(workflowId).describe();
  return memo?.[inputMemo];
}
