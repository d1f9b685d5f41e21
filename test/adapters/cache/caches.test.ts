import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { measuredCache } from '../../../adapters/cache/measured-cache.js';
import { memoryCache } from '../../../adapters/cache/memory-cache.js';
import { whileAway } from '../../../adapters/cache/while-away.js';
import { redisCache } from '../../../adapters/cache/redis-cache.js';
import type { TextCache } from '../../../adapters/cache/text-cache.js';
import { createMeters } from '../../../adapters/metrics/meters.js';
import { DependencyAway } from '../../../schemas/errors.js';
import { startTestRedis, type TestRedis } from '../../support/redis.js';

const said: string[] = [];
const log = {
  warn: (message: string): void => {
    said.push(`warn ${message}`);
  },
  info: (message: string): void => {
    said.push(`info ${message}`);
  },
};
const entry = (key: string, text = key, keptMs = 60_000) => ({ key, text, keptMs });

let redis: TestRedis;
const open: TextCache[] = [];
beforeAll(async () => {
  redis = await startTestRedis();
});
afterEach(async () => {
  for (const cache of open.splice(0)) await cache.close();
  said.length = 0;
});
afterAll(async () => {
  await redis.stop();
});

const inRedis = async (patienceMs?: number): Promise<TextCache> => {
  const cache = await redisCache({
    url: redis.url,
    log,
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
  open.push(cache);
  return cache;
};

describe.each([
  ['in memory', () => Promise.resolve(memoryCache())],
  ['in Redis', () => inRedis()],
])('a cache %s', (_, make) => {
  it('answers each key in its order, an empty text too, and nothing where nothing is', async () => {
    const cache = await make();
    await cache.write([entry('b', ''), entry('a', 'é\n\0')]);
    expect(await cache.read(['a', 'none', 'b', 'a'])).toEqual(['é\n\0', undefined, '', 'é\n\0']);
    expect(await cache.read([])).toEqual([]);
    await cache.write([]);
  });

  it('has the last of what was written, until it may be forgotten', async () => {
    const cache = await make();
    await cache.write([entry('c', 'first'), entry('c', 'last'), entry('d', 'short', 30)]);
    await expect.poll(() => cache.read(['c', 'd'])).toEqual(['last', undefined]);
  });
});

it('in memory what was used longest ago goes', async () => {
  const cache = memoryCache(2);
  await cache.write([entry('a'), entry('b')]);
  await cache.read(['a']);
  await cache.write([entry('c')]);
  expect(await cache.read(['a', 'b', 'c'])).toEqual(['a', undefined, 'c']);
});

describe('a Redis', () => {
  it('that is killed refuses at once, logs it once, and answers again when it is back, with what it had', async () => {
    const cache = await inRedis();
    await cache.write([entry('kept')]);
    await redis.kill();
    const begun = performance.now();
    for (let times = 0; times < 20; times += 1) {
      await expect(cache.read(['kept'])).rejects.toBeInstanceOf(DependencyAway);
      await expect(cache.write([entry('lost')])).rejects.toBeInstanceOf(DependencyAway);
    }
    expect(performance.now() - begun).toBeLessThan(2_000);
    await expect.poll(() => said.length).toBeGreaterThan(0);
    await redis.start();
    await expect.poll(() => cache.read(['kept', 'lost']).catch(() => 'away')).toEqual(['kept', undefined]);
    expect(said.map((line) => line.split(':')[0])).toEqual(['warn Redis is away', 'info Redis is back']);
  });

  it('that is not there when it is opened is one that is away', async () => {
    await redis.kill();
    const cache = await inRedis();
    expect(cache.connections()).toBe(0);
    await expect(cache.read(['a'])).rejects.toMatchObject({ subject: { setting: 'REDIS_URL' } });
    await redis.start();
    await expect.poll(() => cache.connections()).toBe(1);
  });

  it('that says nothing any more costs those who wait their patience once, those who come after nothing, and answers again', async () => {
    const cache = await inRedis(200);
    await cache.write([entry('a')]);
    redis.freeze();
    try {
      await expect(cache.read(['a'])).rejects.toThrow('nothing came within 200 ms');
      for (let times = 0; times < 20; times += 1) {
        await expect(cache.read(['a'])).rejects.toThrow('it is left alone until it does');
      }
    } finally {
      redis.thaw();
    }
    await expect.poll(() => cache.read(['none']).catch(() => 'away')).toEqual([undefined]);
  });
});

it('of a Redis that is away the place is taken: what is written then is refused, told for a minute at most, and forgotten once Redis answers', async () => {
  let now = 0;
  const cache = whileAway(
    await inRedis(),
    memoryCache(10, () => now),
  );
  await cache.write([entry('before')]);
  await redis.kill();
  expect(await cache.read(['before', 'meanwhile'])).toEqual([undefined, undefined]);
  await expect(cache.write([entry('meanwhile')])).rejects.toBeInstanceOf(DependencyAway);
  now = 59_999;
  expect(await cache.read(['before', 'meanwhile'])).toEqual([undefined, 'meanwhile']);
  now = 60_000;
  expect(await cache.read(['meanwhile'])).toEqual([undefined]);
  await expect(cache.write([entry('meanwhile')])).rejects.toBeInstanceOf(DependencyAway);
  await redis.start();
  await expect.poll(() => cache.read(['before', 'meanwhile'])).toEqual(['before', undefined]);
});

it('what a cache is asked and answers is counted by key', async () => {
  const meters = createMeters();
  const cache = measuredCache(await inRedis(), 'match_features', meters);
  await expect.poll(() => cache.connections()).toBe(1);
  await cache.write([entry('x'), entry('y')]);
  await cache.read(['x', 'y', 'z', 'z']);
  await redis.kill();
  await expect(cache.read(['x'])).rejects.toThrow();
  await redis.start();
  const { text } = await meters.exposition();
  for (const [operation, status, count] of [
    ['get', 'hit', 2],
    ['get', 'miss', 2],
    ['get', 'error', 1],
    ['set', 'success', 2],
    ['set', 'error', 0],
  ]) {
    expect(text).toContain(
      `football_cache_operations_total{operation="${operation}",cache_type="match_features",status="${status}"} ${count}`,
    );
  }
  expect(text).toContain('football_cache_hit_rate{cache_type="match_features"} 50');
  expect(text).toContain(
    'football_cache_response_time_seconds_count{operation="get",cache_type="match_features"} 2',
  );
});
