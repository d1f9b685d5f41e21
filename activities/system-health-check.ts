import { log } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { endedCollections, failOpenRun, openRuns } from '../adapters/postgres/collection-log.js';
import type { Database } from '../adapters/postgres/open-database.js';
import type { TemporalClient } from '../adapters/temporal/connect.js';
import { diskRoom, memoryRoom } from '../adapters/room.js';
import { queueBacklogs } from '../adapters/temporal/queue-backlogs.js';
import { isRunning } from '../adapters/temporal/run-state.js';
import { countEnded } from '../adapters/temporal/runs.js';
import { judgeHouse } from '../domain/quality/house-health.js';
import { NoInput } from '../schemas/jobs/refine.js';
import type { HouseFigures, HouseReport } from '../schemas/jobs/system-health-check.js';
import { taskQueues } from '../schemas/jobs/task-queues.js';
import { heartbeating } from './heartbeating.js';

export interface SystemHealthDeps {
  /** The writer's. */
  readonly db: Kysely<Database>;
  readonly connect: () => Promise<TemporalClient>;
  /** Folders whose disks have to have room. */
  readonly folders: readonly string[];
}

const hourMs = 3_600_000;

/** An activity that looks whether the house is well, and closes what nobody else can close any more. */
export function createSystemHealthActivities({ db, connect, folders }: SystemHealthDeps) {
  return {
    /**
     * Closes as FAILED the lines of data_collection_logs whose run has ended (terminated, timed out, or gone from Temporal), and looks at
     * the errors of the last hour, the task queues, the disks and the memory of the machine. What is beyond its limit is an alarm of the report
     * and a warning in the process log (SCH-14).
     */
    async checkHealth(input: NoInput): Promise<HouseReport> {
      NoInput.parse(input);
      return await heartbeating(async () => {
        const temporal = await connect();
        try {
          const { client } = temporal;
          const { namespace } = client.options;
          const closedRuns = await closeEndedRuns(db, (run) => isRunning(client, run));
          const anHourAgo = new Date(Date.now() - hourMs);
          const figures: HouseFigures = {
            ended: [
              { of: 'runs', ...(await countEnded(client, anHourAgo)) },
              { of: 'collections', ...(await reachingPostgres(() => endedCollections(db, anHourAgo))) },
            ],
            waiting: await queueBacklogs(client.connection, namespace, taskQueues),
            disks: (await Promise.all([...new Set(folders)].map(roomOf))).flat(),
            memory: memoryRoom(),
          };
          const alarms = judgeHouse(figures);
          if (closedRuns > 0) log.warn('Collections had ended without a word', { closedRuns });
          for (const alarm of alarms) log.warn('A figure of the house is beyond its limit', alarm);
          return { closedRuns, ...figures, alarms };
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
async function roomOf(folder: string): Promise<HouseFigures['disks']> {
  try {
    return [{ folder, ...(await diskRoom(folder)) }];
  } catch (error) {
    log.warn('The room on a disk cannot be told', { folder, error });
    return [];
  }
}
