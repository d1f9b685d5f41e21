import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { TaskQueue } from '../../schemas/jobs/task-queues.js';

const { TaskQueueType } = proto.temporal.api.enums.v1;
const kinds = [TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY];

/** How many tasks wait on each queue, workflow tasks and activities together, as Temporal estimates. */
export async function queueSizes(
  connection: Pick<Connection, 'workflowService'>,
  namespace: string,
  queues: readonly TaskQueue[],
): Promise<Record<string, number>> {
  const sizes = queues.map(async (name) => {
    const backlogs = kinds.map(async (taskQueueType) => {
      const described = await connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name },
        taskQueueType,
        reportStats: true,
      });
      return Number(described.stats?.approximateBacklogCount ?? 0);
    });
    return [name, (await Promise.all(backlogs)).reduce((sum, size) => sum + size, 0)] as const;
  });
  return Object.fromEntries(await Promise.all(sizes));
}
