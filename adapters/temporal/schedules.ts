import { isDeepStrictEqual } from 'node:util';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
  type ScheduleUpdateOptions,
} from '@temporalio/client';
import { BadInput } from '../../schemas/errors.js';
import { priorityOf } from '../../schemas/jobs/priorities.js';
import type { Overlap, Schedule } from '../../schemas/jobs/schedule.js';

/** What bringing the server to the declaration would do to one schedule. */
export type ScheduleStep =
  | { readonly kind: 'create' | 'unchanged' | 'remove'; readonly id: string }
  | { readonly kind: 'update'; readonly id: string; readonly changes: readonly string[] };

/** A schedule as Temporal has it. */
export interface ScheduleState {
  readonly id: string;
  readonly cron: string | null;
  readonly paused: boolean;
  readonly note: string | null;
  readonly nextAt: Date | null;
  readonly runs: number;
  /** The last runs, the newest last. */
  readonly recent: readonly { readonly at: Date; readonly workflowId: string }[];
  readonly missedCatchUp: number;
  readonly skippedOverlap: number;
}

/** In the memo of each schedule that is ours: others in the namespace are let be. */
const ours = { madeBy: 'touchline' };

const overlaps: Readonly<Record<Overlap, ScheduleOverlapPolicy>> = {
  skip: ScheduleOverlapPolicy.SKIP,
  'buffer-one': ScheduleOverlapPolicy.BUFFER_ONE,
};

/** Temporal turns a cron line into a calendar of its own; the comment keeps the line. */
const specOf = ({ cron }: Schedule) => ({ cronExpressions: [`${cron} # ${cron}`] });

const optionsOf = (schedule: Schedule) => ({
  spec: specOf(schedule),
  action: {
    type: 'startWorkflow' as const,
    workflowType: schedule.workflowType,
    workflowId: schedule.id,
    taskQueue: schedule.taskQueue,
    args: [schedule.input],
    memo: { input: schedule.input },
    priority: priorityOf(schedule.workflowType),
  },
  policies: { overlap: overlaps[schedule.overlap], catchupWindow: schedule.catchUpMs },
});

const cronOf = ({ spec }: ScheduleDescription): string | null => spec.calendars?.[0]?.comment ?? null;

/** What differs between a schedule and its declaration. */
function changesOf(declared: Schedule, found: ScheduleDescription): string[] {
  const { action, policies } = found;
  const differences: readonly (readonly [name: string, was: unknown, will: unknown])[] = [
    ['cron', cronOf(found), declared.cron],
    ['workflow', action.workflowType, declared.workflowType],
    ['queue', action.taskQueue, declared.taskQueue],
    ['priority', action.priority?.priorityKey, priorityOf(declared.workflowType).priorityKey],
    ['input', action.args?.[0], declared.input],
    ['overlap', policies.overlap, overlaps[declared.overlap]],
    ['catch-up', policies.catchupWindow, declared.catchUpMs],
  ];
  return differences
    .filter(([, was, will]) => !isDeepStrictEqual(was, will))
    .map(([name, was, will]) => `${name}: ${shown(was)} → ${shown(will)}`);
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

async function described(client: Client, id: string): Promise<ScheduleDescription | undefined> {
  try {
    return await client.schedule.getHandle(id).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** The ids of the schedules of the namespace that we made. Listing lags behind by a moment: each is described before it counts. */
async function ourIds(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId, memo } of client.schedule.list()) {
    if (memo?.['madeBy'] === ours.madeBy) ids.push(scheduleId);
  }
  return ids.sort();
}

/** Says what {@link applySchedules} would do; changes nothing. */
export async function planSchedules(client: Client, declared: readonly Schedule[]): Promise<ScheduleStep[]> {
  const steps: ScheduleStep[] = [];
  for (const schedule of declared) {
    const { id } = schedule;
    const found = await described(client, id);
    if (found === undefined) {
      steps.push({ kind: 'create', id });
      continue;
    }
    const changes = changesOf(schedule, found);
    steps.push(changes.length === 0 ? { kind: 'unchanged', id } : { kind: 'update', id, changes });
  }
  for (const id of await ourIds(client)) {
    const isDeclared = declared.some((schedule) => schedule.id === id);
    if (!isDeclared && (await described(client, id)) !== undefined) steps.push({ kind: 'remove', id });
  }
  return steps;
}

/**
 * Brings the server's schedules to the declaration: creates, updates and removes ours, and leaves whether one is paused as it is. Doing it
 * again changes nothing. Throws {@link BadInput} naming the schedule whose cron line Temporal refuses.
 */
export async function applySchedules(client: Client, declared: readonly Schedule[]): Promise<ScheduleStep[]> {
  const steps = await planSchedules(client, declared);
  for (const step of steps) {
    const schedule = declared.find(({ id }) => id === step.id);
    if (step.kind === 'remove') await client.schedule.getHandle(step.id).delete();
    else if (schedule !== undefined && step.kind === 'create') await create(client, schedule);
    else if (schedule !== undefined && step.kind === 'update') await update(client, schedule);
  }
  return steps;
}

async function create(client: Client, schedule: Schedule): Promise<void> {
  const options: ScheduleOptions = {
    scheduleId: schedule.id,
    memo: ours,
    state: { note: schedule.description },
    ...optionsOf(schedule),
  };
  try {
    await refusingBadCron(schedule, () => client.schedule.create(options));
  } catch (error) {
    // Another process applied the same declaration at the same moment.
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await update(client, schedule);
  }
}

async function update(client: Client, schedule: Schedule): Promise<void> {
  await refusingBadCron(schedule, () =>
    client.schedule
      .getHandle(schedule.id)
      .update(({ state }): ScheduleUpdateOptions => ({ state, ...optionsOf(schedule) })),
  );
}

async function refusingBadCron<T>({ id, cron }: Schedule, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    // The client's word for an argument that the server refuses.
    if (!(error instanceof TypeError)) throw error;
    throw new BadInput(
      `Temporal refuses the cron line ${cron} of ${id}: ${error.message}`,
      {
        setting: 'SCHEDULES',
        object: `schedule ${id}`,
        advice: 'Write five fields in UTC: minute, hour, day of the month, month, day of the week.',
      },
      error,
    );
  }
}

/** Every schedule of ours that the server has, by id. */
export async function listSchedules(
  client: Client,
  declared: readonly Pick<Schedule, 'id'>[],
): Promise<ScheduleState[]> {
  const ids = new Set([...declared.map(({ id }) => id), ...(await ourIds(client))]);
  const found = await Promise.all([...ids].sort().map((id) => described(client, id)));
  return found.flatMap((one) => (one === undefined ? [] : [stateOf(one)]));
}

function stateOf(found: ScheduleDescription): ScheduleState {
  const { scheduleId, state, info } = found;
  return {
    id: scheduleId,
    cron: cronOf(found),
    paused: state.paused,
    note: state.note ?? null,
    nextAt: info.nextActionTimes[0] ?? null,
    runs: info.numActionsTaken,
    recent: info.recentActions.map(({ takenAt, action }) => ({
      at: takenAt,
      workflowId: action.workflow.workflowId,
    })),
    missedCatchUp: info.numActionsMissedCatchupWindow,
    skippedOverlap: info.numActionsSkippedOverlap,
  };
}

/** What a person asks of one schedule. */
export type ScheduleRequest =
  | { readonly kind: 'pause' | 'resume'; readonly note: string }
  | { readonly kind: 'trigger' }
  | { readonly kind: 'backfill'; readonly from: Date; readonly to: Date };

/**
 * Pauses or resumes a schedule with a note, starts its job now, or starts the runs that were due in a past interval, one after the other.
 * Throws {@link BadInput} where the server has no such schedule.
 */
export async function askSchedule(
  client: Client,
  id: string,
  request: ScheduleRequest,
): Promise<ScheduleState> {
  const handle = client.schedule.getHandle(id);
  try {
    switch (request.kind) {
      case 'pause':
        await handle.pause(request.note);
        break;
      case 'resume':
        await handle.unpause(request.note);
        break;
      case 'trigger':
        await handle.trigger(ScheduleOverlapPolicy.SKIP);
        break;
      case 'backfill':
        await handle.backfill({
          start: request.from,
          end: request.to,
          overlap: ScheduleOverlapPolicy.BUFFER_ALL,
        });
        break;
    }
    return stateOf(await handle.describe());
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    throw new BadInput(
      `There is no schedule ${id} on this Temporal`,
      {
        object: `schedule ${id}`,
        advice:
          'See which there are: touchline schedules list. Make those declared: touchline schedules apply.',
      },
      error,
    );
  }
}
