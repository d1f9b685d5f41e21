import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { touchline } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { schedules } from '../../workflows/schedules.js';

let folder: TestFolder;
beforeAll(async () => {
  folder = await makeTestFolder();
});
afterAll(async () => {
  await call({}, 'down');
  await folder.remove();
});

const call = (environment: Record<string, string>, ...args: string[]) =>
  touchline(args, { TOUCHLINE_HOME: path.join(folder.path, 'home'), ...environment });

async function answerOf(environment: Record<string, string>, ...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await call(environment, ...args, '--json');
  expect(`${code} ${code === 0 ? '' : stderr}`.trim()).toBe('0');
  return JSON.parse(stdout);
}

it('schedules are planned, applied, changed by SCHEDULES, paused and triggered', async () => {
  const here = {};
  await answerOf(here, 'up', '--detach');
  const each = (kind: string) => schedules.map(({ id }) => ({ kind, id }));
  expect(await answerOf(here, 'schedules', 'plan')).toEqual(each('create'));
  expect(await answerOf(here, 'schedules', 'apply')).toEqual(each('create'));

  const slower = { SCHEDULES: '{"bronze-to-silver": {"cron": "0 12 1 1 *"}}' };
  const { stdout } = await call(slower, 'schedules', 'apply');
  expect(stdout).toContain('bronze-to-silver (cron: */5 * * * * → 0 12 1 1 *)');

  const paused = await answerOf(here, 'schedules', 'pause', 'daily-error-cleanup', '--why', 'moving house');
  expect(paused).toMatchObject({ paused: true, note: 'moving house' });
  expect((await call(here, 'schedules', 'list')).stdout).toContain('paused: moving house');

  await answerOf(here, 'schedules', 'trigger', 'bronze-to-silver');
  // Temporal starts it a moment after it was asked to.
  let listed: string;
  do listed = (await call(here, 'schedules', 'list', '--json')).stdout;
  while (!listed.includes('"workflowId": "bronze-to-silver-'));

  const unknown = await call({ SCHEDULES: '{"bronze-to-gold": {}}' }, 'schedules', 'plan');
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('There is no schedule bronze-to-gold');
  const backwards = await call(
    here,
    ...['schedules', 'backfill', 'bronze-to-silver', '--from', '2026-11-03', '--to', '2026-11-01'],
  );
  expect(backwards.code).toBe(2);
  expect(backwards.stderr).toContain('--to lies before --from');
});
