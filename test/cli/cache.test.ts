import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { redisStore } from '../../adapters/cache/redis-store.js';
import { touchlineHere } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { answerOf } from '../support/own-stack.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

let redis: TestRedis;
let folder: TestFolder;
beforeAll(async () => {
  [redis, folder] = await Promise.all([startTestRedis(), makeTestFolder()]);
  const store = await redisStore({ url: redis.url, log: { warn: () => undefined, info: () => undefined } });
  await store.write(
    [
      'match:1:processed',
      'match:2:processed',
      'odds:1:bet365',
      'odds:1:bookmakers:all',
      'odds:2:bet365',
      'team:1:stats:recent',
    ].map((key) => ({ key, versions: [1], text: '1', keptMs: 60_000 })),
  );
  await store.read(['match:1:processed', 'none', 'neither', 'nor this']);
  await store.close();
});
afterAll(async () => {
  await redis.stop();
  await folder.remove();
});

const call = (words: readonly string[], url: string = redis.url) =>
  touchlineHere(['cache', ...words], { TOUCHLINE_HOME: folder.path, REDIS_URL: url });
const ask = async (...words: readonly string[]): Promise<unknown> =>
  answerOf(await call([...words, '--json']));

it('statistics tell what Redis holds by what it is, and how often it had it', async () => {
  const stats = await ask('stats');
  const numbers = z.object({
    hit_rate: z.number(),
    used_bytes: z.number(),
    hits: z.number().min(1),
    misses: z.number().min(3),
  });
  expect(numbers.safeParse(stats).error).toBeUndefined();
  expect(stats).toMatchObject({
    keys: 6,
    kinds: [
      { kind: 'odds', keys: 3 },
      { kind: 'match:processed', keys: 2 },
      { kind: 'team:stats', keys: 1 },
    ],
  });
  const { code, stdout } = await call(['stats']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^odds +3$/m);
});

it('what a pattern names is removed, and counted', async () => {
  expect(await ask('delete', 'odds:1:*')).toEqual({ pattern: 'odds:1:*', removed: 2 });
  expect(await ask('delete', 'odds:1:*')).toEqual({ pattern: 'odds:1:*', removed: 0 });
  expect((await call(['delete', 'match:*'])).stdout).toContain('Removed 2 keys.');
  expect((await call(['delete'])).code).toBe(2);
});

it('health says whether Redis answers, by its exit code too', async () => {
  const Health = z.object({ healthy: z.boolean(), response_time_ms: z.number() });
  const info = z.object({
    version: z.string().min(1),
    used_memory: z.string().min(1),
    connected_clients: z.number(),
  });
  expect(Health.extend({ server_info: info }).parse(await ask('health')).healthy).toBe(true);
  await redis.kill();
  const { code, stdout } = await call(['health', '--json']);
  expect(code).toBe(1);
  expect(Health.extend({ error: z.string().min(1) }).parse(JSON.parse(stdout)).healthy).toBe(false);
  for (const words of [['stats'], ['delete', '*']]) {
    expect((await call(words)).stderr).toContain('Redis does not answer');
  }
});

it('where there is no Redis each says how to name one', async () => {
  for (const words of [['stats'], ['health'], ['delete', '*']]) {
    const { code, stderr } = await call(words, '');
    expect(code).toBe(1);
    expect(stderr).toContain('REDIS_URL');
  }
});
