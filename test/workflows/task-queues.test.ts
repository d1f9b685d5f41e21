import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../scripts/histories/stand-ins.js';

let temporal: LocalTemporal;
beforeAll(async () => {
  temporal = await startLocalTemporal();
}, 120_000);
afterAll(() => temporal.stop());

const start = (workflow: string, workflowId: string, input: unknown) =>
  temporal.client.workflow.start(workflow, { workflowId, taskQueue: 'default', args: [input] });

it('fixtures and upkeep go on while backfills hold every slot of the default queue', async () => {
  const standIns = standInActivities();
  let held = 0;
  let allHeld: () => void = () => undefined;
  const everySlotIsTaken = new Promise<void>((resolve) => {
    allHeld = resolve;
  });
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let fixturesCollected: () => void = () => undefined;
  const collected = new Promise<void>((resolve) => {
    fixturesCollected = resolve;
  });
  await temporal.withActivities(
    standInActivities({
      async collectFile(input) {
        if (input.collectionType === 'fixtures') {
          fixturesCollected();
          return await standIns.collectFile(input);
        }
        held += 1;
        // The workers of a test have four slots a queue.
        if (held === 4) allHeld();
        await released;
        return await standIns.collectFile(input);
      },
    }),
    async () => {
      const backfills = [
        await start('importHistory', 'backfill-1', { location: 'https://files.example' }),
        await start('importHistory', 'backfill-2', { location: 'https://files.example' }),
      ];
      await everySlotIsTaken;
      try {
        const fixtures = await start('importHistory', 'fixtures', {
          location: 'https://files.example',
          collectionType: 'fixtures',
        });
        await collected;
        await (await start('databaseMaintenance', 'upkeep', {})).result();
        await (await start('errorCleanup', 'cleanup', {})).result();
        expect(held).toBe(4);
        release();
        await fixtures.result();
      } finally {
        release();
      }
      await Promise.all(backfills.map((backfill) => backfill.result()));
    },
  );
}, 60_000);
