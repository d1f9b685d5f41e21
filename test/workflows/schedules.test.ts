import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { schedules } from '../../workflows/schedules.js';

const History = z.object({
  events: z.array(
    z.looseObject({
      activityTaskScheduledEventAttributes: z
        .object({ taskQueue: z.object({ name: z.string() }) })
        .optional(),
      startChildWorkflowExecutionInitiatedEventAttributes: z
        .object({ workflowType: z.object({ name: z.string() }) })
        .optional(),
    }),
  ),
});
const folder = new URL('./histories/', import.meta.url);

/** The queues on which the recorded runs of a workflow asked for something, or, where they asked for nothing themselves, the parts that they started. */
async function queuesOf(workflowType: string): Promise<Set<string>> {
  const files = (await readdir(folder)).filter((name) => name.split('.')[0] === workflowType);
  const queues = new Set<string>();
  const parts = new Set<string>();
  for (const file of files) {
    const { events } = History.parse(JSON.parse(await readFile(new URL(file, folder), 'utf8')));
    for (const event of events) {
      const queue = event.activityTaskScheduledEventAttributes?.taskQueue.name;
      if (queue !== undefined) queues.add(queue);
      const part = event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType.name;
      if (part !== undefined) parts.add(part);
    }
  }
  // What is new goes on to gold, which is no work of the schedule's own queue, unless that is all it does.
  for (const part of queues.size === 0
    ? parts
    : ['collectTold', 'readStreams'].filter((one) => parts.has(one))) {
    for (const each of await queuesOf(part)) queues.add(each);
  }
  return queues;
}

it.each(schedules.map(({ id, workflowType, worksOn }) => [id, workflowType, worksOn] as const))(
  'pausing the queue of %s pauses what waits on it: the runs of %s ask for something on %s',
  async (_, workflowType, worksOn) => {
    expect(await queuesOf(workflowType)).toContain(worksOn);
  },
);
