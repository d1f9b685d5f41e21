import { expect, it } from 'vitest';
import { gathered } from '../../activities/gathered.js';

/** Notes what is handled together; each batch ends when the test says so. */
function noting(sideBySide = 1) {
  const batches: (readonly number[])[] = [];
  const ends: { readonly done: () => void; readonly failed: (reason: unknown) => void }[] = [];
  const handle = gathered<number>({
    work: (batch) =>
      new Promise((done, failed) => {
        batches.push(batch);
        ends.push({ done, failed });
      }),
    ...{ sizeOf: (size) => size, enough: 100, everyMs: 1, sideBySide },
  });
  return { batches, ends, handle };
}

it('what comes in the same turn is handled together, what comes while it is under way as the next batch', async () => {
  const { batches, ends, handle } = noting();
  const first = Promise.all([handle(1), handle(2)]);
  await expect.poll(() => batches).toEqual([[1, 2]]);
  const second = Promise.all([handle(3), handle(4)]);
  ends[0]?.done();
  await first;
  await expect
    .poll(() => batches)
    .toEqual([
      [1, 2],
      [3, 4],
    ]);
  ends[1]?.done();
  await second;
});

it('what is enough for a batch goes side by side with the one before, in the order in which it came', async () => {
  const { batches, ends, handle } = noting(2);
  const all = Promise.all([handle(150), handle(120), handle(130)]);
  await expect.poll(() => batches).toEqual([[150], [120]]);
  ends[1]?.done();
  await expect.poll(() => batches).toEqual([[150], [120], [130]]);
  for (const { done } of ends) done();
  await all;
});

it('a batch that fails fails those in it, and no other', async () => {
  const { batches, ends, handle } = noting();
  const refused = handle(1);
  await expect.poll(() => batches).toEqual([[1]]);
  const next = handle(2);
  ends[0]?.failed(new Error('refused'));
  await expect(refused).rejects.toThrow('refused');
  await expect.poll(() => batches).toEqual([[1], [2]]);
  ends[1]?.done();
  await expect(next).resolves.toBeUndefined();
});
