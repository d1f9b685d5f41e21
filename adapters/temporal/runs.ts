import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { z } from 'zod';
import { BadInput } from '../../schemas/errors.js';
import { jobFailure, type JobFailure } from '../../schemas/jobs/failure.js';
import type { RunStatus } from '../../schemas/jobs/run.js';
import { pendingSteps, type PendingStep } from './job-progress.js';

/** One run of a workflow, as Temporal has it. */
export interface JobRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly workflowType: string;
  readonly status: RunStatus;
  readonly startedAt: Date;
  /** Null while it runs. */
  readonly endedAt: Date | null;
}

/** How a run came to its end: what it answered, or why it has no answer. */
export type RunEnd =
  | { readonly kind: 'answered'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly failure: JobFailure };

/** A run with what it was given, what it is at, and how it ended. */
export interface RunDetails extends JobRun {
  readonly input: unknown;
  /** The activities that have not ended. */
  readonly steps: readonly PendingStep[];
  readonly end: RunEnd | null;
}

type TemporalStatus = WorkflowExecutionInfo['status']['name'];
const statuses: Readonly<Record<TemporalStatus, RunStatus>> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
  CONTINUED_AS_NEW: 'continued',
  // What Temporal says of a run that has not ended, in the words of newer servers.
  PAUSED: 'running',
  UNSPECIFIED: 'running',
  UNKNOWN: 'running',
};
const inQueries: Readonly<Record<RunStatus, string>> = {
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Canceled',
  terminated: 'Terminated',
  'timed-out': 'TimedOut',
  continued: 'ContinuedAsNew',
};

export interface RunFilter {
  /** Names of workflows in our code: nothing of them needs quoting. */
  readonly workflowTypes: readonly string[];
  readonly status?: RunStatus | undefined;
  readonly limit?: number | undefined;
}

/**
 * The runs that were started for themselves, without those that are parts of others: first those that run, then the last to end. Temporal
 * lists a run a moment after it began, and until its retention has passed.
 */
export async function listRuns(
  client: Client,
  { workflowTypes, status, limit = Infinity }: RunFilter,
): Promise<JobRun[]> {
  const types = workflowTypes.map((type) => `"${type}"`).join(', ');
  const query = [
    `WorkflowType IN (${types})`,
    'ParentWorkflowId IS NULL',
    ...(status === undefined ? [] : [`ExecutionStatus = "${inQueries[status]}"`]),
  ].join(' AND ');
  const runs: JobRun[] = [];
  for await (const info of client.workflow.list({ query })) {
    if (runs.length >= limit) break;
    runs.push(runOf(info));
  }
  return runs;
}

/** How many runs, parts of others among them, have ended by themselves since then, and how many of them failed or ran out of time. */
export async function countEnded(client: Client, since: Date): Promise<{ ended: number; failed: number }> {
  const of = async (...ends: readonly RunStatus[]): Promise<number> => {
    const words = ends.map((end) => `"${inQueries[end]}"`).join(', ');
    const query = `CloseTime > "${since.toISOString()}" AND ExecutionStatus IN (${words})`;
    return (await client.workflow.count(query)).count;
  };
  const failed = await of('failed', 'timed-out');
  return { ended: failed + (await of('completed')), failed };
}

/** A run as Temporal describes or lists it. */
export const runOf = ({
  workflowId,
  runId,
  type,
  status,
  startTime,
  closeTime,
}: Omit<WorkflowExecutionInfo, 'raw'>): JobRun => ({
  ...{ workflowId, runId, workflowType: type, status: statuses[status.name] },
  startedAt: startTime,
  endedAt: closeTime ?? null,
});

/** `workflow/run`, as the error log names a run. */
export const runName = ({ workflowId, runId }: Pick<JobRun, 'workflowId' | 'runId'>): string =>
  `${workflowId}/${runId}`;

/** A run by its {@link runName}, or by its workflow alone, whose latest run is meant. */
function named(name: string): { readonly workflowId: string; readonly runId?: string } {
  const place = name.lastIndexOf('/');
  const runId = z.uuid().safeParse(name.slice(place + 1)).data;
  return runId === undefined || place < 1
    ? { workflowId: name }
    : { workflowId: name.slice(0, place), runId };
}

/** What Temporal knows of a run. Throws {@link BadInput} where it knows none of that name. */
export async function findRun(
  client: Client,
  name: string,
): Promise<{ readonly run: JobRun; readonly description: WorkflowExecutionDescription }> {
  const { workflowId, runId } = named(name);
  try {
    const description = await client.workflow.getHandle(workflowId, runId).describe();
    return { run: runOf(description), description };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new BadInput(
      `There is no run ${name}`,
      {
        advice: 'See which there are: touchline runs list. Runs that ended are kept for days only.',
      },
      error,
    );
  }
}

/** A run with its input, its pending steps and its end. Throws {@link BadInput} where there is none of that name. */
export async function describeRun(client: Client, name: string): Promise<RunDetails> {
  const { run, description } = await findRun(client, name);
  const { workflowId, runId, status } = run;
  if (status === 'running') {
    const steps = await pendingSteps(client, workflowId);
    return { ...run, input: description.memo?.['input'], steps, end: null };
  }
  const end = await client.workflow
    .getHandle(workflowId, runId, { followRuns: false })
    .result()
    .then(
      (result: unknown): RunEnd => ({ kind: 'answered', result }),
      (error: unknown): RunEnd => ({ kind: 'failed', failure: jobFailure(error) }),
    );
  return { ...run, input: description.memo?.['input'], steps: [], end };
}
