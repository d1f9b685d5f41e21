import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRelieveDisksActivities } from '../../activities/relieve-disks.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { applySchedules, askSchedule, listSchedules } from '../../adapters/temporal/schedules.js';
import type { Schedule } from '../../schemas/jobs/schedule.js';
import type { DiskRelief, Room } from '../../schemas/jobs/system-health-check.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { schedules as everySchedule } from '../../workflows/schedules.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let temporal: LocalTemporal;
let house: TestHouse;
let folder: TestFolder;
/** The declared ones, none of which is due while a test runs. */
const schedules: readonly Schedule[] = everySchedule.map((each) => ({ ...each, cron: '0 12 29 2 *' }));
const waiting = schedules.filter(({ onFullDisk }) => onFullDisk === 'pauses').map(({ id }) => id);

beforeAll(async () => {
  postgres = await startTestPostgres();
  temporal = await startLocalTemporal();
  house = openHouse(await postgres.freshDatabase());
  folder = await makeTestFolder();
});
afterAll(async () => {
  await temporal.stop();
  await house.close();
  await postgres.stop();
  await folder.remove();
});
beforeEach(async () => {
  await applySchedules(temporal.client, schedules);
  await house.pool.query('truncate error_logs');
});
afterEach(async () => {
  for (const { id } of schedules) await temporal.client.schedule.getHandle(id).delete();
});

const full: Room = { freeBytes: 1e9, totalBytes: 100e9 };
const tight: Room = { freeBytes: 7e9, totalBytes: 100e9 };
const roomy: Room = { freeBytes: 50e9, totalBytes: 100e9 };

let said: LogEntry[] = [];
const logger = new DefaultLogger('INFO', (entry) => said.push(entry));
let runs = 0;
/** One attempt of a run of its own, or of the run named; the disk has this room. */
async function check(room: Room, runId = `run-${(runs += 1)}`): Promise<DiskRelief> {
  said = [];
  const activities = createRelieveDisksActivities({
    ...{ db: house.pools.writer.db, redactor, schedules, folders: ['/home'] },
    connect: () => Promise.resolve({ client: temporal.client, close: () => Promise.resolve() }),
    roomOf: () => Promise.resolve(room),
    temporaryFolder: path.join(folder.path, 'tmp'),
  });
  const workflowExecution = { workflowId: 'system-health-check', runId };
  const attempt = new MockActivityEnvironment({ workflowExecution }, { logger });
  return await attempt.run(() => activities.relieveDisks({}));
}

const pausedNow = async (): Promise<string[]> =>
  (await listSchedules(temporal.client, schedules)).filter(({ paused }) => paused).map(({ id }) => id);
const errors = (): number => said.filter(({ level }) => level === 'ERROR').length;
const lines = async (): Promise<number> => {
  const { rows } = await house.pool.query<{ lines: number }>(
    "select count(*)::integer as lines from error_logs where error_type = 'DiskNearlyFull'",
  );
  return rows[0]?.lines ?? NaN;
};

it('scores, prices, fixtures, the plans of matches and the check itself go on while the rest waits for room', async () => {
  expect(await check(full)).toMatchObject({ state: 'nearly-full', paused: waiting.toSorted(), resumed: [] });
  const paused = await pausedNow();
  expect(paused).toEqual(waiting.toSorted());
  for (const critical of [
    'collect-live-scores',
    'collect-odds-regular',
    'collect-daily-fixtures',
    'plan-matches',
    'system-health-check',
  ]) {
    expect(paused).not.toContain(critical);
  }
});

it('it is told once, however long the disk is full, and again when it is full once more', async () => {
  await check(full);
  expect([errors(), await lines()]).toEqual([1, 1]);
  for (const room of [full, tight, full]) {
    expect(await check(room)).toMatchObject({ paused: [], resumed: [] });
    expect([errors(), await lines()]).toEqual([0, 1]);
  }
  expect(await pausedNow()).toEqual(waiting.toSorted());
  expect(await check(roomy)).toMatchObject({ state: 'roomy', resumed: waiting.toSorted() });
  expect(await pausedNow()).toEqual([]);
  expect(await check(roomy)).toMatchObject({ resumed: [] });
  await check(full);
  expect([errors(), await lines()]).toEqual([1, 2]);
});

it('what a person paused stays paused under the person’s note', async () => {
  const { client } = temporal;
  const [before, meanwhile] = ['weekly-data-cleanup', 'reconcile-sources'] as const;
  await askSchedule(client, before, { kind: 'pause', note: 'moving the lake' });
  await check(full);
  await askSchedule(client, meanwhile, { kind: 'pause', note: 'a new key' });
  await check(roomy);
  const states = await listSchedules(client, schedules);
  expect(states.filter(({ paused }) => paused).map(({ id, note }) => [id, note])).toEqual([
    [meanwhile, 'a new key'],
    [before, 'moving the lake'],
  ]);
});

it('what a person resumed while the disk is full is not paused again', async () => {
  await check(full);
  await askSchedule(temporal.client, 'bronze-to-silver', { kind: 'resume', note: 'it has to go on' });
  await check(full);
  expect(await pausedNow()).not.toContain('bronze-to-silver');
});

it('is told at each check where there is nothing to pause', async () => {
  for (const id of waiting) await askSchedule(temporal.client, id, { kind: 'pause', note: 'the summer' });
  for (const line of [1, 2]) {
    expect(await check(full)).toMatchObject({ state: 'nearly-full', paused: [] });
    expect([errors(), await lines()]).toEqual([1, line]);
  }
  await check(roomy);
  expect(await pausedNow()).toEqual(waiting.toSorted());
});

it('an attempt that was killed half way is completed by the next, and tells once', async () => {
  const [first = ''] = waiting;
  await check(full, 'killed');
  await askSchedule(temporal.client, first, { kind: 'resume', note: 'as if it had not been reached' });
  expect(await check(full, 'killed')).toMatchObject({ paused: waiting.toSorted() });
  expect(await pausedNow()).toEqual(waiting.toSorted());
  expect(await lines()).toBe(1);
});

it('temporary files that nobody writes any more are removed, those in use are not', async () => {
  const spilled = path.join(folder.path, 'tmp', 'duckdb');
  await mkdir(spilled, { recursive: true });
  for (const name of ['old', 'new']) await writeFile(path.join(spilled, name), 'rows');
  const fourHoursAgo = new Date(Date.now() - 4 * 3_600_000);
  await utimes(path.join(spilled, 'old'), fourHoursAgo, fourHoursAgo);
  expect(await check(roomy)).toMatchObject({ removed: { files: 0 } });
  expect(await check(full)).toMatchObject({ removed: { files: 1, bytes: 4 } });
  expect(await readdir(spilled)).toEqual(['new']);
});

it('a schedule that the deployment has taken away is not asked for', async () => {
  await temporal.client.schedule.getHandle('reconcile-sources').delete();
  const { paused } = await check(full);
  expect(paused).toEqual(waiting.filter((id) => id !== 'reconcile-sources').toSorted());
  await applySchedules(temporal.client, schedules);
});
