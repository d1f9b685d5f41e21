import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { heartbeating } from '../../../activities/heartbeating.js';
import { softLimit } from '../../../adapters/temporal/soft-limit.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The warnings of a step of a queue that takes so long. */
async function warningsOf(taskQueue: string, takesMs: number): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  const logger = new DefaultLogger('WARN', (entry) => entries.push(entry));
  const environment = new MockActivityEnvironment(
    { taskQueue, startToCloseTimeoutMs: 600_000 },
    { interceptors: [softLimit], logger },
  );
  await environment.run(() =>
    heartbeating((reportPhase) => {
      reportPhase('collect.ask', { page: 3 });
      vi.advanceTimersByTime(takesMs);
      return Promise.resolve();
    }),
  );
  return entries;
}

it('a step that runs for five minutes is warned of once, with what it reported last and its hard limit', async () => {
  const [warning, ...others] = await warningsOf('odds', 590_000);
  expect(warning).toMatchObject({
    level: 'WARN',
    meta: { softLimitSeconds: 300, hardLimitSeconds: 600, phase: 'collect.ask', page: 3 },
  });
  expect(others).toEqual([]);
});

it('one that ends before that is not, nor is training, which takes what it takes', async () => {
  expect(await warningsOf('odds', 299_999)).toEqual([]);
  expect(await warningsOf('model', 3_600_000)).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
