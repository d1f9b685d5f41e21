import { describe, expect, it } from 'vitest';
import { batched } from '../../activities/batched.js';
import { DependencyAway } from '../../schemas/errors.js';

/** A source that yields what it is given, when it is given it. */
async function* given(items: readonly number[], error?: Error): AsyncGenerator<number, void, undefined> {
  for (const item of items) yield await Promise.resolve(item);
  if (error !== undefined) throw error;
}

describe('what a source yields, in batches', () => {
  it('is all that came while the batch before was worked on, in order, each once', async () => {
    const batches: (readonly number[])[] = [];
    for await (const batch of batched(given([1, 2, 3, 4, 5, 6]))) {
      batches.push(batch);
      // Work that takes long enough for the source to end.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(batches.flat()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(batches.length).toBeLessThan(6);
  });

  it('is given out before the error with which the source ends', async () => {
    const error = new DependencyAway('The stream ended', {});
    const seen: number[] = [];
    const reading = (async () => {
      for await (const batch of batched(given([1, 2, 3], error))) seen.push(...batch);
    })();
    await expect(reading).rejects.toBe(error);
    expect(seen).toEqual([1, 2, 3]);
  });

  it('ends where the source yields nothing', async () => {
    const batches = [];
    for await (const batch of batched(given([]))) batches.push(batch);
    expect(batches).toEqual([]);
  });
});
