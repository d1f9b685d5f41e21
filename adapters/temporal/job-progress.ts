import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { z } from 'zod';
import { JobProgress, progressQueryName } from '../../schemas/jobs/progress.js';

/** An activity that has not ended: what its last heartbeat said, and why its last attempt failed. */
export interface PendingStep {
  readonly activity: string;
  readonly attempt: number;
  readonly phase: string | undefined;
  readonly lastFailure: string | undefined;
}

/** How far a job is, as far as that can be said now; `steps` are those of the innermost job. */
export interface JobState {
  readonly progress: JobProgress | undefined;
  readonly steps: readonly PendingStep[];
}

const Heartbeat = z.object({ phase: z.string() });
const answerWithinMs = 3_000;

/** Asks a job how far it is, following the children it waits for. Nothing here fails the caller: it is for show. */
export async function jobState(client: Client, workflowId: string): Promise<JobState> {
  const handle = client.workflow.getHandle(workflowId);
  const ask = <T>(question: () => Promise<T>): Promise<T | undefined> =>
    client.withDeadline(Date.now() + answerWithinMs, question).catch(() => undefined);

  const description = await ask(() => handle.describe());
  const child = description?.raw.pendingChildren?.[0]?.workflowId;
  if (child !== undefined && child !== null && child !== '') {
    const inner = await jobState(client, child);
    if (inner.progress !== undefined) return inner;
    return { ...inner, progress: await progressOf(() => handle.query(progressQueryName), ask) };
  }
  const steps = stepsOf(description);
  return { progress: await progressOf(() => handle.query(progressQueryName), ask), steps };
}

/** The activities of a job that have not ended, or of the child that it waits for: unlike what {@link jobState} asks, Temporal knows them without a worker. */
export async function pendingSteps(client: Client, workflowId: string): Promise<readonly PendingStep[]> {
  const description = await client.workflow.getHandle(workflowId).describe();
  const child = description.raw.pendingChildren?.[0]?.workflowId;
  return child == null || child === '' ? stepsOf(description) : pendingSteps(client, child);
}

const stepsOf = (description: WorkflowExecutionDescription | undefined): PendingStep[] =>
  (description?.raw.pendingActivities ?? []).map((pending) => {
    const payload = pending.heartbeatDetails?.payloads?.[0];
    const heartbeat = Heartbeat.safeParse(
      payload === undefined ? undefined : defaultPayloadConverter.fromPayload<unknown>(payload),
    );
    return {
      activity: pending.activityType?.name ?? 'activity',
      attempt: pending.attempt ?? 1,
      phase: heartbeat.data?.phase,
      lastFailure: pending.lastFailure?.message ?? undefined,
    };
  });

async function progressOf(
  query: () => Promise<unknown>,
  ask: <T>(question: () => Promise<T>) => Promise<T | undefined>,
): Promise<JobProgress | undefined> {
  return JobProgress.safeParse(await ask(query)).data;
}
