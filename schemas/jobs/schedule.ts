import { z } from 'zod';
import { BadInput } from '../errors.js';
import type { TaskQueue } from './task-queues.js';

/** What happens where a run is still going when the next is due. */
export type Overlap = 'skip' | 'buffer-one';

/**
 * What becomes of a schedule while a disk is nearly full (ERR-9). `goes-on`: what nobody can ask for later, what frees room, and the check itself.
 * `pauses`: what can be made up, or needs room itself.
 */
export type OnFullDisk = 'goes-on' | 'pauses';

/** A job that Temporal starts by the clock. */
export interface Schedule {
  readonly id: string;
  readonly workflowType: string;
  readonly taskQueue: TaskQueue;
  /** The queue that its work waits on, which is what a person pauses: every workflow itself runs on `default` (SCH-5). */
  readonly worksOn: TaskQueue;
  readonly input: unknown;
  /** Five fields, in UTC. */
  readonly cron: string;
  readonly overlap: Overlap;
  readonly onFullDisk: OnFullDisk;
  /** How late a run may begin that was due while Temporal was away, in ms; 10 s is Temporal's least. */
  readonly catchUpMs: number;
  readonly description: string;
}

const ScheduleChange = z.strictObject({
  cron: z.string().trim().min(1).optional(),
  /** `false` takes the schedule away. */
  enabled: z.boolean().optional(),
});
const ScheduleChanges = z.record(z.string(), ScheduleChange);
/** SCH-11: what a deployment changes of the declared schedules, by id. */
export type ScheduleChanges = z.output<typeof ScheduleChanges>;

/** What has nothing to do where there is no Kafka. */
export const withoutStreams: ScheduleChanges = Object.fromEntries(
  ['relay-streams', 'consume-kafka-streams', 'stream-data-processing', 'stream-health-check'].map((id) => [
    id,
    { enabled: false },
  ]),
);

const refused = (message: string, object: string, cause?: unknown): BadInput =>
  new BadInput(
    message,
    {
      setting: 'SCHEDULES',
      object,
      advice: 'Write JSON such as {"bronze-to-silver": {"cron": "*/10 * * * *"}}.',
    },
    cause,
  );

/** Reads the text of SCHEDULES. Throws {@link BadInput} where it is not JSON of this form. */
export function readScheduleChanges(text: string): ScheduleChanges {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw refused('The schedules cannot be read: it is not JSON', text, error);
  }
  const parsed = ScheduleChanges.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refused(`The schedules cannot be read: ${issue?.message ?? 'unknown'}`, issue?.path.join('.') ?? '');
}

/** The schedules as a deployment wants them. Throws {@link BadInput} on an id that is not declared. */
export function changedSchedules(
  declared: readonly Schedule[],
  changes: ScheduleChanges,
): readonly Schedule[] {
  const unknown = Object.keys(changes).find((id) => !declared.some((schedule) => schedule.id === id));
  if (unknown !== undefined) {
    throw refused(
      `There is no schedule ${unknown}: declared are ${declared.map(({ id }) => id).join(', ')}`,
      unknown,
    );
  }
  return declared
    .filter(({ id }) => changes[id]?.enabled !== false)
    .map((schedule) => ({ ...schedule, cron: changes[schedule.id]?.cron ?? schedule.cron }));
}
