import os from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSystemHealthActivities } from '../../activities/system-health-check.js';
import { openLog } from '../../adapters/postgres/collection-log.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { taskQueues } from '../../schemas/jobs/task-queues.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let temporal: LocalTemporal;
let house: TestHouse;
beforeAll(async () => {
  postgres = await startTestPostgres();
  temporal = await startLocalTemporal();
  house = openHouse(await postgres.freshDatabase());
});
afterAll(async () => {
  await temporal.stop();
  await house.close();
  await postgres.stop();
});

const checkHealth = () => {
  const { db } = house.pools.writer;
  const connect = () => Promise.resolve({ client: temporal.client, close: () => Promise.resolve() });
  const activities = createSystemHealthActivities({ db, connect, folders: [os.tmpdir()] });
  return asActivity(() => activities.checkHealth({}));
};

/** Starts a run that no worker takes up, and opens its log. */
async function openRun(workflowId: string) {
  const handle = await temporal.client.workflow.start('importHistory', {
    workflowId,
    taskQueue: 'default',
    args: [{ location: '/files' }],
  });
  const runId = `${workflowId}/${handle.firstExecutionRunId}`;
  const log = { runId, dataSource: 'football_data', collectionType: 'history', startTime: new Date() };
  await openLog(house.pools.writer.db, log);
  return { handle, runId };
}

describe('the health check', () => {
  it('closes the log of a run that ended without a word as failed, and leaves one that goes on', async () => {
    const [ended, running] = [await openRun('football_data/ended'), await openRun('football_data/running')];
    await ended.handle.terminate('a test');
    // Of the collections that ended in the last hour all failed: one did.
    expect(await checkHealth()).toMatchObject({
      closedRuns: 1,
      ended: [
        { of: 'runs', ended: 0, failed: 0 },
        { of: 'collections', ended: 1, failed: 1 },
      ],
      alarms: expect.arrayContaining([
        { measure: 'error_rate', about: 'collections', figure: 1, limit: 0.1 },
      ]) as unknown,
    });
    const { rows } = await house.pool.query<{
      run_id: string;
      status: string;
      ended: boolean;
      message: string;
    }>(
      `select run_id, status, end_time is not null as ended, error_message as message
       from data_collection_logs order by id`,
    );
    const why =
      'The run ended without closing its log: it was terminated, timed out, or is gone from Temporal';
    expect(rows).toMatchObject([
      {
        run_id: ended.runId,
        status: 'FAILED',
        ended: true,
        message: why,
      },
      { run_id: running.runId, status: 'RUNNING', ended: false, message: null },
    ]);
    expect(await checkHealth()).toMatchObject({ closedRuns: 0 });
    await running.handle.terminate('a test');
  });

  it('closes the log of a run that Temporal does not know any more', async () => {
    const runId = 'import-history/gone/00000000-0000-4000-8000-000000000000';
    const log = { runId, dataSource: 'football_data', collectionType: 'history', startTime: new Date() };
    await openLog(house.pools.writer.db, log);
    await checkHealth();
    const { rows } = await house.pool.query<{ status: string }>(
      'select status from data_collection_logs where run_id = $1',
      [runId],
    );
    expect(rows).toEqual([{ status: 'FAILED' }]);
  });

  it('tells what waits and how much room disks and memory have', async () => {
    const { waiting, disks, memory } = await checkHealth();
    expect(waiting.map(({ queue }) => queue)).toEqual([...taskQueues]);
    expect(disks).toMatchObject([{ folder: os.tmpdir() }]);
    expect(disks[0]?.totalBytes).toBeGreaterThan(disks[0]?.freeBytes ?? Infinity);
    expect(memory.totalBytes).toBeGreaterThan(memory.freeBytes);
  });
});
