import { statfs } from 'node:fs/promises';
import { log } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { failOpenRun, openRuns } from '../adapters/postgres/collection-log.js';
import type { Database } from '../adapters/postgres/open-database.js';
import type { TemporalClient } from '../adapters/temporal/connect.js';
import { queueSizes } from '../adapters/temporal/queue-sizes.js';
import { isRunning } from '../adapters/temporal/run-state.js';
import { NoInput } from '../schemas/jobs/refine.js';
import type { HealthReport } from '../schemas/jobs/system-health-check.js';
import { taskQueues } from '../schemas/jobs/task-queues.js';
import { heartbeating } from './heartbeating.js';

export interface SystemHealthDeps {
  /** The writer's. */
  readonly db: Kysely<Database>;
  readonly connect: () => Promise<TemporalClient>;
  /** Folders whose disks have to have room. */
  readonly folders: readonly string[];
}

/** SCH-14: more tasks than these should not wait. */
const manyTasks = 100;
const littleRoom = 0.1;

/** An activity that looks whether the house is well, and closes what nobody else can close any more. */
export function createSystemHealthActivities({ db, connect, folders }: SystemHealthDeps) {
  return {
    /**
     * Closes as FAILED the lines of data_collection_logs whose run has ended (terminated, timed out, or gone from Temporal), and looks at
     * the backlog of the task queues and the room on the disks. What is not well is a warning in the process log.
     */
    async checkHealth(input: NoInput): Promise<HealthReport> {
      NoInput.parse(input);
      return await heartbeating(async () => {
        const temporal = await connect();
        try {
          const { client } = temporal;
          const { namespace } = client.options;
          const closedRuns = await closeEndedRuns(db, (run) => isRunning(client, run));
          const waiting = await queueSizes(client.connection, namespace, taskQueues);
          const disks = (await Promise.all([...new Set(folders)].map(roomOf))).flat();
          const report: HealthReport = {
            closedRuns,
            waiting: Object.entries(waiting).map(([queue, tasks]) => ({ queue, tasks })),
            disks,
          };
          warn(report);
          return report;
        } finally {
          await temporal.close();
        }
      });
    },
  };
}

const endedWithoutAWord =
  'The run ended without closing its log: it was terminated, timed out, or is gone from Temporal';

async function closeEndedRuns(
  db: Kysely<Database>,
  stillRuns: (run: { readonly workflowId: string; readonly runId: string }) => Promise<boolean>,
): Promise<number> {
  let closed = 0;
  for (const run of await reachingPostgres(() => openRuns(db))) {
    const place = run.lastIndexOf('/');
    try {
      if (await stillRuns({ workflowId: run.slice(0, place), runId: run.slice(place + 1) })) continue;
    } catch (error) {
      log.warn('Whether a collection still runs cannot be told', { run, error });
      continue;
    }
    if (await reachingPostgres(() => failOpenRun(db, run, endedWithoutAWord))) closed += 1;
  }
  return closed;
}

/** None where the folder cannot be looked at, which is a warning and hides nothing of the others. */
async function roomOf(folder: string): Promise<HealthReport['disks']> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return [{ folder, freeBytes: bavail * bsize, totalBytes: blocks * bsize }];
  } catch (error) {
    log.warn('The room on a disk cannot be told', { folder, error });
    return [];
  }
}

function warn({ closedRuns, waiting, disks }: HealthReport): void {
  if (closedRuns > 0) log.warn('Collections had ended without a word', { closedRuns });
  for (const { queue, tasks } of waiting) {
    if (tasks > manyTasks) log.warn('Many tasks wait', { queue, tasks });
  }
  for (const { folder, freeBytes, totalBytes } of disks) {
    if (freeBytes < littleRoom * totalBytes) log.warn('The disk is nearly full', { folder, freeBytes });
  }
}
