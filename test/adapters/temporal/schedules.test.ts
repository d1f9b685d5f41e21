import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  applySchedules,
  askSchedule,
  listSchedules,
  planSchedules,
} from '../../../adapters/temporal/schedules.js';
import { BadInput, PrerequisiteMissing } from '../../../schemas/errors.js';
import { jobFailure } from '../../../schemas/jobs/failure.js';
import type { Schedule } from '../../../schemas/jobs/schedule.js';
import { startLocalTemporal, type LocalTemporal } from '../../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../../scripts/histories/stand-ins.js';
import { schedules } from '../../../workflows/schedules.js';

let temporal: LocalTemporal;
beforeAll(async () => {
  temporal = await startLocalTemporal();
});
afterAll(() => temporal.stop());
afterEach(async () => {
  await applySchedules(temporal.client, []);
  await listed([]);
});

const day = 86_400_000;
/** A schedule that is due at noon, and so never while a test runs, unless it is asked for. */
const cleanup = (changes: Partial<Schedule> = {}): Schedule => ({
  id: 'daily-error-cleanup',
  workflowType: 'errorCleanup',
  taskQueue: 'default',
  worksOn: 'maintenance',
  input: { keepDays: 7 },
  cron: '0 12 1 1 *',
  overlap: 'skip',
  onFullDisk: 'goes-on',
  catchUpMs: day,
  description: 'Removes old lines of the error log.',
  ...changes,
});

/** Waits until Temporal, which lists a change a moment after it was made, lists these ids. */
async function listed(ids: readonly string[]): Promise<void> {
  for (;;) {
    const found: string[] = [];
    for await (const { scheduleId } of temporal.client.schedule.list()) found.push(scheduleId);
    if (found.toSorted().join() === ids.toSorted().join()) return;
    await sleep(50);
  }
}

const kinds = async (steps: ReturnType<typeof planSchedules>): Promise<string[]> =>
  (await steps).map(({ kind, id }) => `${kind} ${id}`);

describe('applying the schedules', () => {
  it('makes those that are declared, and changes nothing when it is done again', async () => {
    const { client } = temporal;
    const each = (kind: string): string[] => schedules.map(({ id }) => `${kind} ${id}`);
    expect(await kinds(planSchedules(client, schedules))).toEqual(each('create'));
    expect(await kinds(applySchedules(client, schedules))).toEqual(each('create'));
    await listed(schedules.map(({ id }) => id));
    expect(await kinds(applySchedules(client, schedules))).toEqual(each('unchanged'));
    const states = await listSchedules(client, schedules);
    expect(new Map(states.map(({ id, cron }) => [id, cron]))).toEqual(
      new Map(schedules.map(({ id, cron }) => [id, cron])),
    );
  });

  it('twice at the same moment makes them once', async () => {
    await Promise.all([1, 2, 3].map(() => applySchedules(temporal.client, schedules)));
    expect(await kinds(planSchedules(temporal.client, schedules))).toEqual(
      schedules.map(({ id }) => `unchanged ${id}`),
    );
  });

  it.each([
    ['the cron line', { cron: '30 4 * * *' }, 'cron: 0 12 1 1 * → 30 4 * * *'],
    ['the input', { input: { keepDays: 3 } }, 'input: {"keepDays":7} → {"keepDays":3}'],
    ['what happens while a run is going', { overlap: 'buffer-one' }, 'overlap: SKIP → BUFFER_ONE'],
    ['how late a run may begin', { catchUpMs: 10_000 }, 'catch-up: 86400000 → 10000'],
    ['the workflow', { workflowType: 'databaseMaintenance' }, 'workflow: errorCleanup → databaseMaintenance'],
  ] as const)(
    'says before it does that %s changes, and the schedule stays paused',
    async (_, change, says) => {
      const { client } = temporal;
      await applySchedules(client, [cleanup()]);
      await askSchedule(client, cleanup().id, { kind: 'pause', note: 'moving house' });
      const changed = [cleanup(change)];
      expect(await planSchedules(client, changed)).toEqual([
        { kind: 'update', id: cleanup().id, changes: [says] },
      ]);
      await applySchedules(client, changed);
      expect(await kinds(planSchedules(client, changed))).toEqual([`unchanged ${cleanup().id}`]);
      const [state] = await listSchedules(client, changed);
      expect([state?.paused, state?.note]).toEqual([true, 'moving house']);
    },
  );

  it('removes ours that are declared no more, and no one else’s', async () => {
    const { client } = temporal;
    await applySchedules(client, [cleanup()]);
    const others = await client.schedule.create({
      scheduleId: 'of-somebody-else',
      spec: { cronExpressions: ['0 12 1 1 *'] },
      action: { type: 'startWorkflow', workflowType: 'refine', taskQueue: 'default', args: [{}] },
    });
    await listed([cleanup().id, 'of-somebody-else']);
    expect(await kinds(applySchedules(client, []))).toEqual([`remove ${cleanup().id}`]);
    await listed(['of-somebody-else']);
    await others.delete();
  });

  it('names the schedule whose cron line is none', async () => {
    const bad = [cleanup({ cron: 'every morning' })];
    const refusal = applySchedules(temporal.client, bad);
    await expect(refusal).rejects.toThrow(BadInput);
    await expect(refusal).rejects.toMatchObject({ subject: { object: 'schedule daily-error-cleanup' } });
    expect(await listSchedules(temporal.client, bad)).toEqual([]);
  });
});

describe('a schedule', () => {
  it('starts its job when it is asked to, with the declared input', async () => {
    const { client } = temporal;
    await applySchedules(client, [cleanup()]);
    await askSchedule(client, cleanup().id, { kind: 'trigger' });
    const [run] = await runsOf(1);
    await temporal.withActivities(standInActivities(), async () => {
      const handle = client.workflow.getHandle(run?.workflowId ?? '');
      await handle.result();
      const { type, memo } = await handle.describe();
      expect([type, memo]).toEqual(['errorCleanup', { input: { keepDays: 7 } }]);
    });
  });

  it('makes up each run that was due in an interval, once', async () => {
    const { client } = temporal;
    await applySchedules(client, [cleanup({ cron: '0 12 * * *' })]);
    await temporal.withActivities(standInActivities(), async () => {
      await askSchedule(client, cleanup().id, {
        kind: 'backfill',
        from: new Date('2026-03-01T00:00:00Z'),
        to: new Date('2026-03-03T23:59:59Z'),
      });
      const runs = await runsOf(3);
      for (const { workflowId } of runs) await client.workflow.getHandle(workflowId).result();
      expect(runs.map(({ workflowId }) => workflowId)).toEqual(
        [1, 2, 3].map((at) => `daily-error-cleanup-2026-03-0${at}T12:00:00Z`),
      );
    });
  });

  it.each([
    ['is skipped with the reason where a schedule has started it', 'schedule'],
    ['fails with the reason where a person has', 'person'],
  ] as const)('whose job lacks what has to be there before %s', async (_, asks) => {
    const { client } = temporal;
    const reason = 'There is nothing to clean up';
    const lacking = standInActivities({
      removeOldErrors: () => Promise.reject(new PrerequisiteMissing(reason)),
    });
    await temporal.withActivities(lacking, async () => {
      if (asks === 'person') {
        const job = { workflowId: 'by-hand', taskQueue: 'default', args: [{ keepDays: 7 }] };
        const refusal = client.workflow.execute('errorCleanup', job);
        await expect(refusal.catch(jobFailure)).resolves.toMatchObject({
          name: 'PrerequisiteMissing',
          message: reason,
        });
        return;
      }
      await applySchedules(client, [cleanup()]);
      await askSchedule(client, cleanup().id, { kind: 'trigger' });
      const [run] = await runsOf(1);
      expect(await client.workflow.getHandle(run?.workflowId ?? '').result()).toEqual({
        result: { outcome: 'skipped', reason },
      });
    });
  });

  it('that is not there is refused with what to do', async () => {
    const refusal = askSchedule(temporal.client, 'no-such', { kind: 'trigger' });
    await expect(refusal).rejects.toThrow(BadInput);
    await expect(refusal).rejects.toThrow('There is no schedule no-such');
  });
});

/** The runs of the schedule, once there are as many. */
async function runsOf(count: number): Promise<readonly { readonly workflowId: string }[]> {
  for (;;) {
    const [state] = await listSchedules(temporal.client, [cleanup()]);
    if (state !== undefined && state.recent.length >= count) return state.recent;
    await sleep(50);
  }
}
