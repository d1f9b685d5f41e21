import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type * as workflows from '../../workflows/index.js';
import type { JobActivities } from './stand-ins.js';

type JobInput = Readonly<Record<string, unknown>>;

/** One run that is recorded: `<workflow>.json`, or `<workflow>.<about>.json`. */
export interface HistoryCase {
  readonly workflow: keyof typeof workflows;
  /** What sets this run apart from the plain one of the same workflow. */
  readonly about?: string;
  /** What it is given, or how that is made where it has to do with the hour at which it is recorded. */
  readonly input: JobInput | (() => JobInput);
  /** Those that do not answer as {@link standInActivities} do. */
  readonly activities?: () => Partial<JobActivities>;
  /** Who starts it, where that is no person. */
  readonly startedBy?: 'schedule' | 'house';
  /** What it is told while it runs. */
  readonly meanwhile?: (handle: WorkflowHandle) => Promise<void>;
}

/** The name of a case's file, without `.json`; the part before the first dot is the workflow. */
export const caseName = ({ workflow, about }: HistoryCase): string =>
  about === undefined ? workflow : `${workflow}.${about}`;

/** Once so many events of a kind are in the history. */
export async function begun(
  handle: WorkflowHandle,
  count: number,
  isOne: (
    event: NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number],
  ) => boolean,
): Promise<void> {
  while (((await handle.fetchHistory()).events ?? []).filter(isOne).length < count) await sleep(20);
}
