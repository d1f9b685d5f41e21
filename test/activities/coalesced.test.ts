import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DependencyAway } from '../../schemas/errors.js';
import { coalesced } from '../../activities/coalesced.js';

const patience = 60_000;

describe('work that is asked for one by one', () => {
  it('is done in batches, one at a time, and each gets its own answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { maxLength: 40 }), async (asked) => {
        const batches: number[][] = [];
        let underWay = 0;
        const double = coalesced(async (batch: readonly number[]) => {
          underWay += 1;
          expect(underWay).toBe(1);
          batches.push([...batch]);
          await Promise.resolve();
          underWay -= 1;
          return batch.map((one) => one * 2);
        }, patience);
        const first = Promise.all(asked.map(double));
        expect(await first).toEqual(asked.map((one) => one * 2));
        expect(await Promise.all(asked.map(double))).toEqual(asked.map((one) => one * 2));
        expect(batches.flat()).toEqual([...asked, ...asked]);
        expect(batches.every(({ length }) => length > 0)).toBe(true);
        expect(batches.length).toBeLessThanOrEqual(asked.length === 0 ? 0 : 2);
      }),
    );
  });

  it('waits for the batch that is under way, and goes together after it', async () => {
    const gates: (() => void)[] = [];
    const batches: string[][] = [];
    const work = coalesced(async (batch: readonly string[]) => {
      batches.push([...batch]);
      await new Promise<void>((resolve) => gates.push(resolve));
      return batch;
    }, patience);
    const first = work('a');
    while (gates.length === 0) await sleep(5);
    const rest = [work('b'), work('c')];
    expect(batches).toEqual([['a']]);
    gates.shift()?.();
    expect(await first).toBe('a');
    expect(batches).toEqual([['a'], ['b', 'c']]);
    gates.shift()?.();
    expect(await Promise.all(rest)).toEqual(['b', 'c']);
  });

  it('fails for everyone in a batch that fails, and for nobody after it', async () => {
    let attempts = 0;
    const work = coalesced((batch: readonly number[]) => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new Error('away')) : Promise.resolve(batch);
    }, patience);
    const ends = await Promise.allSettled([work(1), work(2)]);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await work(3)).toBe(3);
  });

  it('fails for whom a batch does not answer', async () => {
    const work = coalesced((batch: readonly number[]) => Promise.resolve(batch.slice(1)), patience);
    const ends = await Promise.allSettled([work(1), work(2)]);
    expect(ends[1].status).toBe('rejected');
  });

  it('that hangs fails, and keeps nobody after it waiting', async () => {
    let attempts = 0;
    const work = coalesced((batch: readonly number[]): Promise<readonly number[]> => {
      attempts += 1;
      return attempts === 1 ? new Promise(() => undefined) : Promise.resolve(batch);
    }, 20);
    await expect(work(1)).rejects.toThrow(DependencyAway);
    expect(await work(2)).toBe(2);
  });
});
