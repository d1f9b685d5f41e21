import { setTimeout as sleep } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, it } from 'vitest';
import { timeLimit } from '../../adapters/time-limit.js';

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

it('a time limit comes, whatever is collected as garbage before', async () => {
  const stop = new AbortController();
  const limit = timeLimit(300, stop.signal);
  for (let time = 0; time < 5; time += 1) {
    await sleep(10);
    collectGarbage();
  }
  await sleep(500);
  expect(limit.aborted).toBe(true);
  expect(stop.signal.aborted).toBe(false);
});

it('it comes with another signal where that is sooner', () => {
  const stop = new AbortController();
  const limit = timeLimit(60_000, stop.signal);
  expect(limit.aborted).toBe(false);
  stop.abort();
  expect(limit.aborted).toBe(true);
});
