import { expect, it } from 'vitest';
import { schedules } from '../../workflows/schedules.js';
import { useOwnStack } from '../support/own-stack.js';

// None of them is due while the test runs, whatever the hour.
const never = '0 12 29 2 *';
const allNever = Object.fromEntries(schedules.map(({ id }) => [id, { cron: never }]));
const changed = (id: string, change: object) => ({
  SCHEDULES: JSON.stringify({ ...allNever, [id]: change }),
});
const { ask, call } = useOwnStack({ SCHEDULES: JSON.stringify(allNever) });

it('schedules are applied by up, changed by SCHEDULES, paused and triggered', async () => {
  const each = (kind: string) => schedules.map(({ id }) => ({ kind, id }));
  expect(await ask('schedules', 'plan')).toEqual(each('unchanged'));
  expect(await ask('schedules', 'list')).toHaveLength(schedules.length);

  const { stdout } = await call(['schedules', 'apply'], changed('bronze-to-silver', { cron: '0 12 1 1 *' }));
  expect(stdout).toContain(`bronze-to-silver (cron: ${never} → 0 12 1 1 *)`);

  const paused = await ask('schedules', 'pause', 'daily-error-cleanup', '--why', 'moving house');
  expect(paused).toMatchObject([{ id: 'daily-error-cleanup', paused: true, note: 'moving house' }]);
  expect((await call(['schedules', 'list'])).stdout).toContain('paused: moving house');

  const ofQueue = await ask('schedules', 'pause', '--queue', 'fixtures', '--why', 'a new key');
  expect(ofQueue).toMatchObject(
    ['collect-daily-fixtures', 'collect-daily-injuries', 'reconcile-sources'].map((id) => ({
      ...{ id, paused: true, note: 'a new key' },
    })),
  );

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
