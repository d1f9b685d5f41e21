import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBacklogs } from '../../adapters/temporal/queue-backlogs.js';
import { startJob } from '../../adapters/temporal/run-job.js';
import { prioritisedTypes, priorityOf } from '../../schemas/jobs/priorities.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../scripts/histories/stand-ins.js';
import * as workflows from '../../workflows/index.js';

let temporal: LocalTemporal;
beforeAll(async () => {
  temporal = await startLocalTemporal();
}, 120_000);
afterAll(() => temporal.stop());

async function begin(workflowType: string, workflowId: string, input: unknown): Promise<WorkflowHandle> {
  await startJob(temporal.client, { workflowType, workflowId, taskQueue: 'default', input });
  return temporal.client.workflow.getHandle(workflowId);
}
/** Once so many tasks wait on the queue for a slot. */
async function waiting(tasks: number): Promise<void> {
  const { connection, options } = temporal.client;
  for (;;) {
    const [backlog] = await queueBacklogs(connection, options.namespace, ['default']);
    if ((backlog?.tasks ?? 0) >= tasks) return;
    await sleep(50);
  }
}

describe('the priorities of what shares a queue', () => {
  it('are of workflows that there are, and in the order of COR-16', () => {
    expect(Object.keys(workflows)).toEqual(expect.arrayContaining([...prioritisedTypes]));
    const keys = [
      'collectLiveScores',
      'collectFixtures',
      'collectOdds',
      'importHistory',
      'databaseMaintenance',
    ];
    expect(keys.map((type) => priorityOf(type).priorityKey)).toEqual([1, 2, 3, 4, 5]);
  });

  it('have live scores taken before backfills that came first, once a slot is free', async () => {
    const begun: string[] = [];
    const held: (() => void)[] = [];
    let isOpen = false;
    const opened = async (collectionType: string): Promise<void> => {
      begun.push(collectionType);
      if (isOpen) return;
      await new Promise<void>((resolve) => {
        held.push(resolve);
      });
    };
    const standIns = standInActivities();
    await temporal.withActivities(
      standInActivities({
        async openCollectionLog(input) {
          await opened(input.collectionType);
          await standIns.openCollectionLog(input);
        },
        async scoreSource(input) {
          await opened('scores');
          return await standIns.scoreSource(input);
        },
      }),
      async () => {
        const runs: WorkflowHandle[] = [];
        // Four have the slots of the queue, four more wait for one.
        for (let backfill = 1; backfill <= 8; backfill += 1) {
          const run = await begin('importHistory', `backfill-${backfill}`, {
            location: 'https://files.example',
          });
          runs.push(run);
        }
        while (held.length < 4) await sleep(20);
        await waiting(4);
        const scores = await begin('collectLiveScores', 'scores', {});
        await waiting(5);
        const before = begun.length;
        held.shift()?.();
        while (begun.length === before) await sleep(20);
        isOpen = true;
        for (const release of held) release();
        expect(begun.slice(before)[0]).toBe('scores');
        await Promise.all([...runs, scores].map((run) => run.result()));
      },
    );
  }, 60_000);
});
