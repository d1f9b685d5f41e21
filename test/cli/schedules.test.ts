import { expect, it } from 'vitest';
import { schedules } from '../../workflows/schedules.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask, call } = useOwnStack();

it('schedules are planned, applied, changed by SCHEDULES, paused and triggered', async () => {
  const each = (kind: string) => schedules.map(({ id }) => ({ kind, id }));
  expect(await ask('schedules', 'plan')).toEqual(each('create'));
  expect(await ask('schedules', 'apply')).toEqual(each('create'));

  const slower = { SCHEDULES: '{"bronze-to-silver": {"cron": "0 12 1 1 *"}}' };
  const { stdout } = await call(['schedules', 'apply'], slower);
  expect(stdout).toContain('bronze-to-silver (cron: */5 * * * * → 0 12 1 1 *)');

  const paused = await ask('schedules', 'pause', 'daily-error-cleanup', '--why', 'moving house');
  expect(paused).toMatchObject({ paused: true, note: 'moving house' });
  expect((await call(['schedules', 'list'])).stdout).toContain('paused: moving house');

  await ask('schedules', 'trigger', 'bronze-to-silver');
  // Temporal starts it a moment after it was asked to.
  let listed: string;
  do listed = (await call(['schedules', 'list', '--json'])).stdout;
  while (!listed.includes('"workflowId": "bronze-to-silver-'));

  const unknown = await call(['schedules', 'plan'], { SCHEDULES: '{"bronze-to-gold": {}}' });
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('There is no schedule bronze-to-gold');
  const backwards = await call([
    'schedules',
    'backfill',
    'bronze-to-silver',
    '--from',
    '2026-11-03',
    '--to',
    '2026-11-01',
  ]);
  expect(backwards.code).toBe(2);
  expect(backwards.stderr).toContain('--to lies before --from');
});
