import { setTimeout as sleep } from 'node:timers/promises';
import proto from '@temporalio/proto';
import { z } from 'zod';
import { startedByHouse } from '../../schemas/jobs/started-by.js';
import { caseName, type HistoryCase } from './history-case.js';
import type { LocalTemporal } from './local-temporal.js';
import { standInActivities } from './stand-ins.js';

const JsonTree = z.json();
type JsonTree = z.infer<typeof JsonTree>;

/** Who and where: of no use to a replay, and different on every machine. */
const ofThisMachine = new Set([
  'identity',
  'workerVersion',
  'binaryChecksum',
  'stackTrace',
  'encodedAttributes',
]);

/** The history without what names a process, a host or a path. */
export function withoutMachine(tree: JsonTree): JsonTree {
  if (Array.isArray(tree)) return tree.map(withoutMachine);
  if (typeof tree !== 'object' || tree === null) return tree;
  // The queue of one worker, named after its process and host.
  if (tree['kind'] === 'TASK_QUEUE_KIND_STICKY') return { ...tree, name: 'sticky' };
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key]) => !ofThisMachine.has(key))
      .map(([key, value]) => [key, withoutMachine(value)]),
  );
}

const { History } = proto.temporal.api.history.v1;
type History = proto.temporal.api.history.v1.IHistory;

/** Names for enums, base64 for bytes, texts for whole numbers of 64 bits: what {@link historyFromJson} reads. */
const historyAsJson = (history: History): JsonTree =>
  JsonTree.parse(
    History.toObject(History.fromObject(history), { enums: String, bytes: String, longs: String }),
  );

/** A recorded history as a replay takes it. */
export const historyFromJson = (recorded: JsonTree): History =>
  History.fromObject(z.record(z.string(), JsonTree).parse(recorded));

/** Runs a case to its end and gives the history of its first run, as Temporal prints it. */
export async function recordHistory(temporal: LocalTemporal, history: HistoryCase): Promise<JsonTree> {
  const { activities, meanwhile } = history;
  return temporal.withActivities(standInActivities(activities?.()), async () => {
    const { workflowId, runId } = await begin(temporal, history);
    const handle = temporal.client.workflow.getHandle(workflowId);
    await meanwhile?.(handle);
    // How a case ends is a part of its history.
    await handle.result().catch(() => undefined);
    const first = temporal.client.workflow.getHandle(workflowId, runId);
    return withoutMachine(historyAsJson(await first.fetchHistory()));
  });
}

/** Starts the case's run as whoever starts it in life does. */
async function begin(
  { client }: LocalTemporal,
  history: HistoryCase,
): Promise<{ readonly workflowId: string; readonly runId: string }> {
  const { workflow, input, startedBy } = history;
  const run = {
    workflowId: caseName(history),
    taskQueue: 'default',
    args: [typeof input === 'function' ? input() : input],
    memo: startedBy === 'house' ? startedByHouse : {},
  };
  if (startedBy !== 'schedule') {
    const { workflowId, firstExecutionRunId } = await client.workflow.start(workflow, run);
    return { workflowId, runId: firstExecutionRunId };
  }
  const schedule = await client.schedule.create({
    scheduleId: run.workflowId,
    spec: {},
    action: { type: 'startWorkflow', workflowType: workflow, ...run },
  });
  try {
    await schedule.trigger();
    for (;;) {
      const [last] = (await schedule.describe()).info.recentActions;
      if (last !== undefined) {
        const { workflowId, firstExecutionRunId } = last.action.workflow;
        return { workflowId, runId: firstExecutionRunId };
      }
      await sleep(20);
    }
  } finally {
    await schedule.delete();
  }
}
