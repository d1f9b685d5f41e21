import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cacheOf, type Kept } from '../../../adapters/cache/cache.js';
import type { EntryStore } from '../../../adapters/cache/entry-store.js';
import { knownWrites } from '../../../adapters/cache/known-writes.js';
import { memoryStore } from '../../../adapters/cache/memory-store.js';
import { createMeters } from '../../../adapters/metrics/meters.js';
import { DependencyAway } from '../../../schemas/errors.js';
import type { CacheKey } from '../../../schemas/cache.js';

const written = { scope: 'match', id: 1 } as const;
const keyOf = (key: string): CacheKey => ({ key, type: 'match_info', of: [written] });

/** A cache over a source whose version the test holds. */
function rig({ store = memoryStore(), version = 1 }: { store?: EntryStore; version?: number } = {}) {
  const known = knownWrites();
  known.setCurrent('current');
  const source = { version, computed: 0 };
  const meters = createMeters();
  const cache = cacheOf({ store, known, meters, versionsOf: () => Promise.resolve([source.version]) });
  const number = (key = 'a'): Kept<number> => ({
    ...{ key: keyOf(key), schema: z.number() },
    compute: () => {
      source.computed += 1;
      return Promise.resolve(source.version);
    },
  });
  const commit = (): number => {
    source.version += 1;
    known.learn([{ ...written, version: source.version }]);
    return source.version;
  };
  return { cache, known, source, meters, store, number, commit };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a value', () => {
  it.each([[0], [''], [null], [[]], [false]])(
    'that is %j is computed once, and is a hit from then on',
    async (value) => {
      const { cache, meters } = rig();
      let computed = 0;
      const kept: Kept<unknown> = {
        ...{ key: keyOf('falsy'), schema: z.unknown() },
        compute: () => {
          computed += 1;
          return Promise.resolve(value);
        },
      };
      expect(await cache.through(kept)).toEqual(value);
      await settled();
      expect(await cache.through(kept)).toEqual(value);
      expect(await cache.get(kept.key, kept.schema)).toEqual({ value });
      expect(computed).toBe(1);
      const { text } = await meters.exposition();
      expect(text).toContain(
        'football_cache_operations_total{operation="get",cache_type="match_info",status="hit"} 2',
      );
      expect(text).toContain(
        'football_cache_operations_total{operation="set",cache_type="match_info",status="success"} 1',
      );
      expect(text).toMatch(/football_cache_hit_rate\{cache_type="all"\} 66\.6/);
    },
  );

  it('that is long is kept shorter than it is, and comes back as it was', async () => {
    const { cache, store } = rig();
    const value = Array.from({ length: 5_000 }, (_, n) => ({ bookmaker: 'bet365', price: n / 7, name: 'é' }));
    const schema = z.array(z.object({ bookmaker: z.string(), price: z.number(), name: z.string() }));
    await cache.fill({ key: keyOf('long'), schema, compute: () => Promise.resolve(value) });
    expect((await store.read(['long']))[0]?.text.length).toBeLessThan(JSON.stringify(value).length / 3);
    expect(await cache.get(keyOf('long'), schema)).toEqual({ value });
  });

  it('that cannot be read any more is computed anew', async () => {
    const { cache, store, number } = rig();
    await store.write([{ key: 'a', versions: [1], text: '{"of another release"', keptMs: 1_000 }]);
    expect(await cache.through(number())).toBe(1);
  });

  it('is kept as long as its type says, or as it is told', async () => {
    const { cache, store, number } = rig();
    await cache.fill(number('type'));
    await cache.fill({ ...number('told'), ttl: () => 300 });
    await cache.fill({ ...number('too long'), ttl: () => 1_000_000 });
    const left = await Promise.all(['type', 'told', 'too long'].map((key) => store.ttl(key)));
    expect(left.map((ms) => Math.ceil((ms ?? 0) / 1_000))).toEqual([1_800, 300, 7_200]);
  });
});

describe('fifty who ask at once', () => {
  it('for what is not there have it computed once', async () => {
    const { cache, source, number } = rig();
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => cache.through(number()))))).toEqual(
      new Set([1]),
    );
    expect(source.computed).toBe(1);
  });

  it('are all told of its failure, and the next who asks has it tried again', async () => {
    const { cache, number } = rig();
    let tried = 0;
    const failing: Kept<number> = {
      ...number(),
      compute: () => {
        tried += 1;
        return Promise.reject(new DependencyAway('the source is away'));
      },
    };
    const told = await Promise.allSettled(Array.from({ length: 50 }, () => cache.through(failing)));
    expect(told.every(({ status }) => status === 'rejected')).toBe(true);
    expect(tried).toBe(1);
    expect(await cache.through(number())).toBe(1);
  });

  it('for many keys have those alone computed that are missing, and these kept by one write', async () => {
    const writes: number[] = [];
    const inner = memoryStore();
    const { cache, source, number } = rig({
      store: {
        ...inner,
        write: (entries) => {
          writes.push(entries.length);
          return inner.write(entries);
        },
      },
    });
    await cache.fill(number('b'));
    source.computed = 0;
    expect(await cache.throughAll([number('a'), number('b'), number('c')])).toEqual([1, 1, 1]);
    expect([source.computed, writes]).toEqual([2, [1, 2]]);
  });
});

describe('a write', () => {
  it('that is heard of while a value is computed keeps that value from those who ask from then on', async () => {
    const { cache, commit, number, source } = rig();
    let letGo: (() => void) | undefined;
    const slow: Kept<number> = {
      ...number(),
      compute: async () => {
        const read = source.version;
        await new Promise<void>((resolve) => {
          letGo = resolve;
        });
        return read;
      },
    };
    const early = cache.through(slow);
    await expect.poll(() => letGo).toBeDefined();
    const late = (commit(), cache.through(number()));
    await settled();
    letGo?.();
    expect([await early, await late]).toEqual([1, 2]);
    await settled();
    expect(await cache.get(keyOf('a'), z.number())).toEqual({ value: 2 });
  });

  it('that is passed by who asks is never followed by something older', async () => {
    const { cache, number, source } = rig();
    expect(await cache.through(number())).toBe(1);
    await settled();
    source.version = 7;
    expect(await cache.through(number())).toBe(1);
    cache.learn([{ ...written, version: 7 }]);
    expect(await cache.through(number())).toBe(7);
  });

  it('is waited for by nobody: while writes are not heard of everything is computed', async () => {
    const { cache, known, number, source, meters } = rig();
    await cache.through(number());
    known.setCurrent('behind');
    source.version = 2;
    expect(await cache.through(number())).toBe(2);
    expect(await cache.get(keyOf('a'), z.number())).toBeUndefined();
    expect((await meters.exposition()).text).toContain('status="bypass"} 2');
  });

  it('is remembered for longer than what it made old is kept, and then forgotten', () => {
    let now = 0;
    const known = knownWrites(() => now);
    known.learn([{ ...written, version: 5 }]);
    now = 7_200_000;
    known.learn([{ scope: 'team', id: 1, version: 1 }]);
    expect(known.floor([written])).toEqual([5]);
    now = 10_000_000;
    known.learn([]);
    expect(known.floor([written, { scope: 'team', id: 1 }])).toEqual([0, 1]);
  });
});

it('in whatever order readers, writers and notices of two processes come, nobody is told what is older than a write that he passes, and nothing older stays', async () => {
  const Step = fc.constantFrom<'read' | 'write'>('read', 'read', 'write');
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(Step, { minLength: 2, maxLength: 14 }), async (s, steps) => {
      let committed = 1;
      const inner = memoryStore();
      const store: EntryStore = {
        ...inner,
        read: (keys) => s.schedule(Promise.resolve()).then(() => inner.read(keys)),
        write: (entries) => s.schedule(Promise.resolve()).then(() => inner.write(entries)),
      };
      const processes = [0, 1].map(() => {
        const known = knownWrites();
        known.setCurrent('current');
        return cacheOf({
          ...{ store, known, meters: createMeters() },
          versionsOf: () => s.schedule(Promise.resolve()).then(() => [committed]),
        });
      });
      const kept: Kept<number> = {
        ...{ key: keyOf('a'), schema: z.number() },
        compute: () => s.schedule(Promise.resolve()).then(() => committed),
      };
      const told = Promise.all(
        steps.map(async (step, no) => {
          await s.schedule(Promise.resolve());
          const cache = processes[no % 2];
          if (step === 'write') {
            committed += 1;
            const version = committed;
            for (const each of processes) {
              void s.schedule(Promise.resolve()).then(() => {
                each.learn([{ ...written, version }]);
              });
            }
            return true;
          }
          const passed = committed;
          cache?.learn([{ ...written, version: passed }]);
          return ((await cache?.through(kept)) ?? 0) >= passed;
        }),
      );
      await s.waitFor(told);
      await s.waitIdle();
      expect(await told).not.toContain(false);
      for (const cache of processes) {
        cache.learn([{ ...written, version: committed }]);
        const last = cache.get(keyOf('a'), z.number());
        await s.waitFor(last);
        expect((await last)?.value ?? committed).toBe(committed);
      }
    }),
    { numRuns: 300 },
  );
});
