import path from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quotaWait } from '../../../activities/quota-wait.js';
import { activityLineage } from '../../../adapters/lineage/activity-lineage.js';
import { createMeters } from '../../../adapters/metrics/meters.js';
import { redactor } from '../../../adapters/redaction/redactor.js';
import { taskMeter } from '../../../adapters/temporal/task-meter.js';
import { runWorkers } from '../../../adapters/temporal/workers.js';
import { layerActivities, layerLineage } from '../../../bench/support/layered-job-activities.js';
import { bundleLayeredJob, ourInterceptors } from '../../../bench/support/layered-job-bundle.js';
import type { LineageEvent } from '../../../schemas/lineage.js';
import { startLocalTemporal, type LocalTemporal } from '../../../scripts/histories/local-temporal.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';

let folder: TestFolder;
let temporal: LocalTemporal;
beforeAll(async () => {
  [folder, temporal] = await Promise.all([makeTestFolder(), startLocalTemporal()]);
});
afterAll(async () => {
  await temporal.stop();
  await folder.remove();
});

/**
 * What Temporal keeps of a run of the layered job, by kind. Not its workflow tasks: how many activities end before the next one is the hour's.
 */
async function keptOf(taskQueue: string): Promise<readonly string[]> {
  const handle = await temporal.client.workflow.start('layeredJob', {
    workflowId: `layered/${taskQueue}`,
    ...{ taskQueue, args: [] },
  });
  expect(await handle.result()).toBe(150);
  const kinds = ((await handle.fetchHistory()).events ?? []).flatMap((event) =>
    Object.keys(event).filter((key) => key.endsWith('Attributes') && !key.startsWith('workflowTask')),
  );
  return kinds.toSorted();
}

async function keptByBareWorker(): Promise<readonly string[]> {
  const { address, namespace } = temporal.place;
  const connection = await NativeConnection.connect({ address });
  try {
    const worker = await Worker.create({
      ...{ connection, namespace, taskQueue: 'bare', activities: layerActivities },
      workflowBundle: { codePath: await bundleLayeredJob(path.join(folder.path, 'bare.js'), []) },
    });
    return await worker.runUntil(keptOf('bare'));
  } finally {
    await connection.close();
  }
}

async function keptByOurWorker(told: LineageEvent[]): Promise<readonly string[]> {
  const log = { info: () => undefined, warn: () => undefined };
  const outbox = { put: (event: LineageEvent): void => void told.push(event) };
  const stopping = new AbortController();
  const workers = runWorkers(
    {
      ...{ place: temporal.place, queues: ['default'], activities: layerActivities, concurrency: 4, log },
      workflowBundlePath: await bundleLayeredJob(path.join(folder.path, 'ours.js'), ourInterceptors),
      attempts: { recordFailure: () => Promise.resolve(), recordLost: () => Promise.resolve() },
      ...{ tasks: taskMeter(createMeters()), quotaWait, redactor },
      lineage: activityLineage(layerLineage, { outbox, redactor, log }),
    },
    stopping.signal,
    () => undefined,
  );
  try {
    return await keptOf('default');
  } finally {
    stopping.abort();
    await workers;
  }
}

/** `bench/overhead.ts` times the same job; how long it takes here depends on what else goes on. */
describe('a job of twenty activities', () => {
  it('leaves nothing more in its history through our worker than through a bare one, and tells two events of lineage an activity', async () => {
    const told: LineageEvent[] = [];
    const ours = await keptByOurWorker(told);
    expect(ours).toEqual(await keptByBareWorker());
    expect(ours.filter((kind) => kind === 'activityTaskScheduledEventAttributes')).toHaveLength(20);
    expect(told).toHaveLength(40);
  });
});
