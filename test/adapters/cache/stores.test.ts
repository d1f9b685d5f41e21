import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isAsNewAs, type EntryStore, type NewEntry } from '../../../adapters/cache/entry-store.js';
import { memoryStore } from '../../../adapters/cache/memory-store.js';
import { redisStore } from '../../../adapters/cache/redis-store.js';
import { startTestRedis, type TestRedis } from '../../support/redis.js';

const log = { warn: () => undefined, info: () => undefined };
let redis: TestRedis;
const open: EntryStore[] = [];
beforeAll(async () => {
  redis = await startTestRedis();
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
});
afterAll(async () => {
  await redis.stop();
});

const kept = async (store: EntryStore | Promise<EntryStore>): Promise<EntryStore> => {
  const opened = await store;
  open.push(opened);
  return opened;
};
const entry = (key: string, text = key, versions: readonly number[] = [1], keptMs = 60_000): NewEntry => ({
  ...{ key, text, versions, keptMs },
});
async function found(store: EntryStore, pattern: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const some of store.scan(pattern)) keys.push(...some);
  return keys.sort();
}
let runs = 0;

describe.each([
  ['in memory', () => kept(memoryStore())],
  // The breaker is not what is asked about here, and the machine may be busy.
  ['in Redis', () => kept(redisStore({ url: redis.url, log, patienceMs: 5_000 }))],
])('entries %s', (_, make) => {
  it('are told with their versions, each key in its order, an empty text too', async () => {
    const store = await make();
    expect(await store.write([entry('b', ''), entry('a', 'é\n\0"', [3, 0, 12])])).toEqual([true, true]);
    expect(await store.read(['a', 'none', 'b'])).toEqual([
      { versions: [3, 0, 12], text: 'é\n\0"' },
      undefined,
      { versions: [1], text: '' },
    ]);
    expect(await store.read([])).toEqual([]);
    expect(await store.write([])).toEqual([]);
    expect(await store.remove([])).toBe(0);
  });

  it('of an older version never take the place of newer ones; of the same version they do', async () => {
    const store = await make();
    await store.write([entry('c', 'newer', [5, 10])]);
    expect(
      await store.write([entry('c', 'older', [5, 9]), entry('d'), entry('c', 'older too', [4, 10])]),
    ).toEqual([false, true, false]);
    expect((await store.read(['c']))[0]?.text).toBe('newer');
    expect(await store.write([entry('c', 'again', [5, 10]), entry('c', 'newest', [5, 11])])).toEqual([
      true,
      true,
    ]);
    expect((await store.read(['c']))[0]?.text).toBe('newest');
  });

  it('are gone when their time has come, and may then be of any version', async () => {
    const store = await make();
    await store.write([entry('e', 'short', [9], 30), entry('f', 'long', [9])]);
    expect(await store.ttl('f')).toBeGreaterThan(30_000);
    await expect.poll(() => store.exists('e')).toBe(false);
    expect([await store.ttl('e'), await store.exists('f')]).toEqual([undefined, true]);
    expect(await store.write([entry('e', 'after', [1])])).toEqual([true]);
  });

  it('are found by pattern, many too, and removed by their keys, which are counted', async () => {
    const store = await make();
    const many = Array.from({ length: 1_200 }, (_, n) => entry(`odds:${n}:all`));
    await store.write([...many, entry('odds:7:bet365:market:1x2'), entry('oddsX7'), entry('h2h:7:8')]);
    expect(await found(store, 'odds:7:*')).toEqual(['odds:7:all', 'odds:7:bet365:market:1x2']);
    expect(await found(store, 'odds:*:all')).toHaveLength(1_200);
    expect(await found(store, 'h2h:?:8')).toEqual(['h2h:7:8']);
    expect(await store.remove(['odds:7:all', 'none', 'h2h:7:8'])).toBe(2);
    expect(await store.read(['odds:7:all', 'oddsX7'])).toEqual([
      undefined,
      { versions: [1], text: 'oddsX7' },
    ]);
  });

  it('answer a ping and say of themselves what there is', async () => {
    const store = await make();
    await store.ping();
    await store.write([entry('g')]);
    const info = await store.info();
    expect(info.keys).toBeGreaterThan(0);
    expect(info.version).toMatch(/\d+\.\d+/);
    expect(info.used_memory_human).toMatch(/\d/);
  });

  it('in whatever order they are written, the newest stays, and who reads never goes back', async () => {
    const store = await make();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 20 }), async (order) => {
        const key = `p:${(runs += 1)}`;
        let last = [-1, -1];
        for (const n of order) {
          // Versions of one key are those of nested snapshots: each is as high as the one before, or higher.
          await store.write([entry(key, String(n), [n, Math.floor(n / 3)])]);
          const [now] = await store.read([key]);
          expect(now !== undefined && isAsNewAs(now.versions, last)).toBe(true);
          last = [...(now?.versions ?? [])];
        }
        expect((await store.read([key]))[0]?.text).toBe(String(Math.max(...order)));
      }),
      { numRuns: 50 },
    );
  });
});

it('in memory what was used longest ago goes', async () => {
  const store = memoryStore(2);
  await store.write([entry('a'), entry('b')]);
  await store.read(['a']);
  await store.write([entry('c')]);
  expect((await store.read(['a', 'b', 'c'])).map((one) => one?.text)).toEqual(['a', undefined, 'c']);
});

it('in Redis what somebody else keeps under a key is nothing, and is written over', async () => {
  const store = await kept(redisStore({ url: redis.url, log, patienceMs: 5_000 }));
  const { Redis } = await import('ioredis');
  const other = new Redis(redis.url);
  await other.set('foreign', '{"matchId": 1}');
  expect(await store.read(['foreign'])).toEqual([undefined]);
  expect(await store.write([entry('foreign', 'ours', [0])])).toEqual([true]);
  expect((await store.read(['foreign']))[0]?.text).toBe('ours');
  await other.quit();
});
