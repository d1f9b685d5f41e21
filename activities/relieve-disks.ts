import { Context, log } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { logDiskAlarm } from '../adapters/postgres/error-log.js';
import type { Database } from '../adapters/postgres/open-database.js';
import type { Redactor } from '../adapters/redaction/redactor.js';
import { taskAttempt } from '../adapters/temporal/attempt.js';
import type { TemporalClient } from '../adapters/temporal/connect.js';
import { askSchedule, listSchedules, type ScheduleState } from '../adapters/temporal/schedules.js';
import { removeOldFiles } from '../adapters/temporary-files.js';
import { judgeDisks } from '../domain/quality/disk-room.js';
import { NoInput } from '../schemas/jobs/refine.js';
import type { Schedule } from '../schemas/jobs/schedule.js';
import type { DiskRelief, RemovedFiles, Room } from '../schemas/jobs/system-health-check.js';
import { heartbeating } from './heartbeating.js';

export interface RelieveDisksDeps {
  /** The writer's. */
  readonly db: Kysely<Database>;
  readonly redactor: Redactor;
  readonly connect: () => Promise<TemporalClient>;
  /** Every declared schedule, with what becomes of it on a full disk. */
  readonly schedules: readonly Pick<Schedule, 'id' | 'onFullDisk'>[];
  /** Folders whose disks have to have room. */
  readonly folders: readonly string[];
  readonly roomOf: (folder: string) => Promise<Room>;
  readonly temporaryFolder: string;
}

/** No step takes longer than two hours: what nobody has written for three belongs to a process that is gone. */
const abandonedAfterMs = 3 * 3_600_000;

/** How the note of each schedule begins that was paused here; the run that did it stands behind it. */
const ourNote = 'A disk is nearly full; it goes on by itself once there is room';
const isOurs = ({ paused, note }: ScheduleState): boolean => paused && note?.startsWith(ourNote) === true;

/** An activity that makes room, or takes less of it, where a disk is nearly full. */
export function createRelieveDisksActivities(deps: RelieveDisksDeps) {
  return {
    /**
     * Where a disk is nearly full (ERR-9): removes temporary files that nobody writes any more, pauses the schedules that can wait, and says so, as an
     * error in the process log and a line of error_logs: once while a pause of its own stands, at each check where there is none to make. Once every disk has
     * room again it lets go on what it paused itself: a schedule that a person paused stays paused, and one that a person resumed meanwhile is not paused
     * again while another still bears its note. Killed anywhere, the next attempt goes on where it was.
     */
    async relieveDisks(input: NoInput): Promise<DiskRelief> {
      NoInput.parse(input);
      return await heartbeating(async () => {
        const disks = await Promise.all(
          deps.folders.map(async (folder) => ({ folder, room: await roomOrNull(deps, folder) })),
        );
        const state = judgeDisks(disks.map(({ room }) => room));
        const relief: DiskRelief = { state, paused: [], resumed: [], removed: { files: 0, bytes: 0 } };
        if (state === 'tight') return relief;
        // Room comes first: without any Temporal could not note a pause.
        const removed =
          state === 'nearly-full' ? await removeAbandoned(deps.temporaryFolder) : relief.removed;
        const temporal = await deps.connect();
        try {
          if (state === 'roomy') return { ...relief, resumed: await resumeOurs(temporal.client, deps) };
          const paused = await pauseWaiting(temporal.client, deps);
          if (paused === 'paused before') return { ...relief, removed };
          await tell(deps, { disks, paused, removed });
          return { ...relief, paused, removed };
        } finally {
          await temporal.close();
        }
      });
    },
  };
}

/** Null where the folder cannot be looked at. */
async function roomOrNull({ roomOf }: RelieveDisksDeps, folder: string): Promise<Room | null> {
  try {
    return await roomOf(folder);
  } catch (error) {
    log.warn('The room on a disk cannot be told', { folder, error });
    return null;
  }
}

async function removeAbandoned(folder: string): Promise<RemovedFiles> {
  try {
    return await removeOldFiles(folder, new Date(Date.now() - abandonedAfterMs));
  } catch (error) {
    log.warn('The temporary files cannot be removed', { folder, error });
    return { files: 0, bytes: 0 };
  }
}

/**
 * Pauses what can wait and goes, and answers which schedules this run paused, in earlier attempts too. Where an earlier run has done it already nothing
 * is paused: what goes nevertheless was resumed by a person, or is new.
 */
async function pauseWaiting(
  client: Client,
  { schedules }: RelieveDisksDeps,
): Promise<string[] | 'paused before'> {
  const note = `${ourNote} (${taskAttempt(Context.current().info).runId})`;
  const states = await listSchedules(client, schedules);
  if (states.some((state) => isOurs(state) && state.note !== note)) return 'paused before';
  const paused: string[] = [];
  for (const state of states) {
    if (!schedules.some(({ id, onFullDisk }) => id === state.id && onFullDisk === 'pauses')) continue;
    if (state.paused && state.note !== note) continue;
    if (!state.paused) await askSchedule(client, state.id, { kind: 'pause', note });
    paused.push(state.id);
  }
  return paused;
}

async function resumeOurs(client: Client, { schedules }: RelieveDisksDeps): Promise<string[]> {
  const resumed = (await listSchedules(client, schedules)).filter(isOurs).map(({ id }) => id);
  for (const id of resumed) {
    await askSchedule(client, id, { kind: 'resume', note: 'There is room on the disk again' });
  }
  if (resumed.length > 0) log.info('There is room on the disks again: schedules go on', { resumed });
  return resumed;
}

/** What the error log cannot take, its disk being full, stands in the process log. */
async function tell(
  { db, redactor }: RelieveDisksDeps,
  found: {
    readonly disks: readonly { readonly folder: string; readonly room: Room | null }[];
    readonly paused: readonly string[];
    readonly removed: RemovedFiles;
  },
): Promise<void> {
  const what =
    found.paused.length > 0 ? 'schedules that can wait are paused until there is room' : 'make room';
  const message = `A disk is nearly full: ${what}.`;
  log.error(message, found);
  try {
    await logDiskAlarm(db, { ...taskAttempt(Context.current().info), message, context: found }, redactor);
  } catch (error) {
    log.warn('That a disk is nearly full could not be written to the error log', { error });
  }
}
