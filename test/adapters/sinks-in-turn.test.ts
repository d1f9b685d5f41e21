import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Sink } from '../../adapters/outbox.js';
import { sinksInTurn } from '../../adapters/sinks-in-turn.js';
import { DependencyAway } from '../../schemas/errors.js';

it('two sinks never write at the same time, and each writes in the order in which it was asked', async () => {
  const inTurn = sinksInTurn();
  const written: string[] = [];
  let writing = 0;
  const sink = (name: string): Sink<number> => ({
    async write(items) {
      writing += 1;
      expect(writing).toBe(1);
      await sleep(1);
      written.push(...items.map((item) => `${name}${item}`));
      writing -= 1;
    },
  });
  const [vectors, predictions] = [inTurn(sink('v')), inTurn(sink('p'))];
  await Promise.all([
    vectors.write([1]),
    predictions.write([1, 2]),
    vectors.write([2]),
    predictions.write([3]),
  ]);
  expect(written).toEqual(['v1', 'p1', 'p2', 'v2', 'p3']);
});

it('a write that fails is told to who asked for it, and keeps no other from being written', async () => {
  const inTurn = sinksInTurn();
  const away = inTurn<number>({
    write: () =>
      Promise.reject(new DependencyAway('It is away', { object: 'the sink', advice: 'Wait for it.' })),
  });
  const written: number[] = [];
  const there = inTurn<number>({
    write(items) {
      written.push(...items);
      return Promise.resolve();
    },
  });
  const refused = expect(away.write([1])).rejects.toThrow(DependencyAway);
  await there.write([2]);
  await refused;
  expect(written).toEqual([2]);
});
