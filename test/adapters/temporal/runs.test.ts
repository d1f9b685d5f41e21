import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startJob } from '../../../adapters/temporal/run-job.js';
import {
  cancelRun,
  restartRun,
  terminateRun,
  terminateRuns,
} from '../../../adapters/temporal/run-requests.js';
import { describeRun, findRun, listRuns, runName, type RunFilter } from '../../../adapters/temporal/runs.js';
import { BadInput } from '../../../schemas/errors.js';
import { startLocalTemporal, type LocalTemporal } from '../../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../../scripts/histories/stand-ins.js';

let temporal: LocalTemporal;
beforeAll(async () => {
  temporal = await startLocalTemporal();
});
afterAll(() => temporal.stop());

/** Starts a run; no worker takes it up before the test lets one. */
async function started(workflowType: string, workflowId: string, input: unknown = {}): Promise<string> {
  await startJob(temporal.client, { workflowType, workflowId, taskQueue: 'default', input });
  return runName((await findRun(temporal.client, workflowId)).run);
}

/** The runs by their workflow and status, once Temporal, which lists a change a moment after it was made, lists as many. */
async function listed(filter: RunFilter, count: number): Promise<string[]> {
  for (;;) {
    const runs = await listRuns(temporal.client, filter);
    if (runs.length === count) return runs.map(({ workflowId, status }) => `${workflowId} ${status}`).sort();
    await sleep(50);
  }
}

it('runs are listed by job and status, without those that are parts of others', async () => {
  const { client } = temporal;
  await started('publish', 'publish-1');
  await started('errorCleanup', 'cleanup', { keepDays: 7 });
  await temporal.withActivities(standInActivities(), async () => {
    await started('rebuild', 'rebuild');
    await client.workflow.getHandle('rebuild').result();
  });
  // The rebuild has published too, as a part of it.
  const types = ['publish', 'rebuild'];
  expect(await listed({ workflowTypes: types }, 2)).toEqual(['publish-1 completed', 'rebuild completed']);
  await started('publish', 'publish-2');
  expect(await listed({ workflowTypes: types, status: 'running' }, 1)).toEqual(['publish-2 running']);
  expect(await listRuns(client, { workflowTypes: types, limit: 1 })).toHaveLength(1);
  await terminateRun(client, 'publish-2', 'a test');
});

it('a run that failed is started again with its input, and one that ended well, or runs again, is not', async () => {
  const { client } = temporal;
  const inputs: unknown[] = [];
  const failing = standInActivities({
    removeOldErrors: (input) => {
      inputs.push(input);
      return inputs.length === 1
        ? Promise.reject(new BadInput('No such days'))
        : Promise.resolve({ removed: 3 });
    },
  });
  const first = await started('errorCleanup', 'restarted', { keepDays: 12 });
  await temporal.withActivities(failing, async () => {
    await client.workflow
      .getHandle('restarted')
      .result()
      .catch(() => undefined);
  });
  expect(await describeRun(client, first)).toMatchObject({
    ...{ status: 'failed', input: { keepDays: 12 } },
    end: { kind: 'failed', failure: { name: 'BadInput', message: 'No such days' } },
  });

  const again = await restartRun(client, first);
  expect(again).toMatchObject({ workflowId: 'restarted', status: 'running' });
  await expect(restartRun(client, first)).rejects.toThrow('restarted runs again already');
  await temporal.withActivities(failing, async () => {
    await client.workflow.getHandle('restarted').result();
  });
  expect(inputs).toEqual([{ keepDays: 12 }, { keepDays: 12 }]);
  expect(await describeRun(client, 'restarted')).toMatchObject({
    ...{ runId: again.runId, status: 'completed', end: { kind: 'answered', result: { removed: 3 } } },
  });
  await expect(restartRun(client, 'restarted')).rejects.toThrow(
    /is completed: only one that came to no good end/,
  );
});

it('a run that is asked to end is cancelled by its worker, one that is terminated needs none', async () => {
  const { client } = temporal;
  const asked = await started('publish', 'asked-to-end');
  await cancelRun(client, 'asked-to-end');
  await temporal.withActivities(standInActivities(), async () => {
    await client.workflow
      .getHandle('asked-to-end')
      .result()
      .catch(() => undefined);
  });
  expect((await findRun(client, asked)).run.status).toBe('cancelled');

  const ended = await started('publish', 'ended');
  await terminateRun(client, ended, 'the wrong folder');
  expect(await describeRun(client, ended)).toMatchObject({
    ...{ status: 'terminated', end: { kind: 'failed', failure: { message: 'the wrong folder' } } },
  });
  await expect(terminateRun(client, ended, 'again')).rejects.toThrow('has ended already: it is terminated');
  await expect(cancelRun(client, ended)).rejects.toThrow(BadInput);
});

it('every run of a job is ended at once, and no run of another', async () => {
  const { client } = temporal;
  for (const each of [1, 2, 3]) await started('buildGold', `gold-${each}`);
  await started('refine', 'refine');
  await listed({ workflowTypes: ['buildGold', 'refine'], status: 'running' }, 4);
  const ended = await terminateRuns(client, ['buildGold'], 'a test');
  expect(ended.map(({ workflowId }) => workflowId).sort()).toEqual(['gold-1', 'gold-2', 'gold-3']);
  expect((await findRun(client, 'refine')).run.status).toBe('running');
  expect((await findRun(client, 'gold-2')).run.status).toBe('terminated');
});

it.each(['no-such', 'no-such/0198c0de-0000-7000-8000-000000000000'])(
  'a run that is not there is refused with what to do: %s',
  async (name) => {
    const refusal = cancelRun(temporal.client, name);
    await expect(refusal).rejects.toThrow(BadInput);
    await expect(refusal).rejects.toThrow(`There is no run ${name}`);
  },
);
