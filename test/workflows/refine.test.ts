import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InvariantBroken } from '../../schemas/errors.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await startTestTemporal();
});
afterAll(() => temporal.stop());

const nothing = { claimed: 0, done: 0, held: 0 };

describe('refine', () => {
  it('prepares silver once, then claims batches until none is left, and sums what they did', async () => {
    const run = await temporal.run('refine', {});
    expect(run.result).toEqual({
      ...{ claimed: 2_380, done: 2_370, held: 10 },
      prices: { claimed: 60, done: 58, held: 2 },
    });
    expect(run.steps).toEqual([
      'prepareSilver',
      ...Array<string>(4).fill('refineBatch'),
      ...Array<string>(3).fill('refinePrices'),
    ]);
  });

  it('has two batches in flight and no more', async () => {
    let now = 0;
    let most = 0;
    let begun = 0;
    let bothBegan: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      bothBegan = resolve;
    });
    await temporal.run(
      'refine',
      {},
      {
        refineBatch: async () => {
          now += 1;
          most = Math.max(most, now);
          begun += 1;
          if (begun === 2) bothBegan();
          await both;
          now -= 1;
          return begun > 6 ? nothing : { claimed: 10, done: 10, held: 0 };
        },
      },
    );
    expect(most).toBe(2);
  });

  it('continues as new before its history grows long, without losing count or from when on it leaves what comes', async () => {
    const batches = 40;
    let left = batches;
    let prepared = 0;
    const run = await temporal.run(
      'refine',
      {},
      {
        prepareSilver: () => Promise.resolve({ storedBy: `2026-11-28 21:00:0${prepared++}+00` }),
        refineBatch: () => {
          left -= 1;
          return Promise.resolve(left >= 0 ? { claimed: 10, done: 9, held: 1 } : nothing);
        },
      },
    );
    expect(run.result).toMatchObject({ claimed: 400, done: 360, held: 40 });
    // Each run of the chain begins with it.
    expect(run.steps.filter((step) => step === 'prepareSilver').length).toBeGreaterThan(1);
    expect(run.steps.filter((step) => step === 'refineBatch').length).toBeGreaterThanOrEqual(batches + 1);
    const batchesAsked = run.calls.filter(({ activity }) => activity.startsWith('refine'));
    expect(
      new Set(batchesAsked.map(({ input }) => z.object({ storedBy: z.string() }).parse(input).storedBy)),
    ).toEqual(new Set(['2026-11-28 21:00:00+00']));
  });

  it('ends with the error of a batch that cannot be mended', async () => {
    const run = await temporal.run(
      'refine',
      {},
      {
        refineBatch: () => Promise.reject(new InvariantBroken('A key has two rows')),
      },
    );
    expect(run.failure).toMatchObject({ name: 'InvariantBroken', message: 'A key has two rows' });
  });

  it('counts payloads in its progress, from where the run before it left off', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await temporal.run(
      'refine',
      { soFar: { claimed: 500, done: 500, held: 0 } },
      {
        refineBatch: async () => {
          await held;
          return nothing;
        },
      },
      async (handle) => {
        await expect
          .poll(() => handle.query('progress'))
          .toEqual({ phase: 'refine', unit: 'payloads', done: 500, total: null, rows: null });
        release();
      },
    );
  });
});
