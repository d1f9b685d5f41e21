import type { Connection } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';
import type { TaskQueue } from '../../schemas/jobs/task-queues.js';

const { TaskQueueType } = proto.temporal.api.enums.v1;
const kinds = [TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY];

/** What waits on a task queue, workflow tasks and activities together, as Temporal estimates. */
export interface QueueBacklog {
  readonly queue: TaskQueue;
  readonly tasks: number;
  /** How long the task has waited that waits longest; 0 where none does. */
  readonly oldestSeconds: number;
}

/** What waits on each queue, in their order. */
export async function queueBacklogs(
  connection: Pick<Connection, 'workflowService'>,
  namespace: string,
  queues: readonly TaskQueue[],
): Promise<QueueBacklog[]> {
  return await Promise.all(
    queues.map(async (queue) => {
      const backlogs = await Promise.all(
        kinds.map(async (taskQueueType) => {
          const { stats } = await connection.workflowService.describeTaskQueue({
            namespace,
            taskQueue: { name: queue },
            taskQueueType,
            reportStats: true,
          });
          return {
            tasks: Number(stats?.approximateBacklogCount ?? 0),
            oldestSeconds: (optionalTsToMs(stats?.approximateBacklogAge) ?? 0) / 1_000,
          };
        }),
      );
      return {
        queue,
        tasks: backlogs.reduce((sum, { tasks }) => sum + tasks, 0),
        // An empty queue may still tell the age of what it held.
        oldestSeconds: Math.max(
          0,
          ...backlogs.map(({ tasks, oldestSeconds }) => (tasks > 0 ? oldestSeconds : 0)),
        ),
      };
    }),
  );
}
