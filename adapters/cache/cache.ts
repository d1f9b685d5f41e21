import type { z } from 'zod';
import {
  cacheTtlSeconds,
  longestTtlSeconds,
  type CacheKey,
  type WriteVersion,
  type Written,
} from '../../schemas/cache.js';
import { DependencyAway, InvariantBroken } from '../../schemas/errors.js';
import type { Meters } from '../metrics/meters.js';
import { cacheMeter } from './cache-meter.js';
import { isAsNewAs, type EntryStore } from './entry-store.js';
import type { KnownWrites } from './known-writes.js';
import { packed, unpacked } from './packed.js';

export interface CacheDeps {
  readonly store: EntryStore;
  readonly known: KnownWrites;
  /** How often these have been written, in their order: asked before a value is computed. */
  readonly versionsOf: (of: readonly Written[]) => Promise<readonly number[]>;
  readonly meters: Meters;
}

/** How a value is read back, made, and how long it is kept. */
export interface Kept<Value> {
  readonly key: CacheKey;
  readonly schema: z.ZodType<Value>;
  /** Made of the source, from what is committed when it is called. What it makes is JSON, by the schema. */
  readonly compute: () => Promise<Value>;
  /** In seconds; without it as its type says (CACHE-3). */
  readonly ttl?: (value: Value) => number;
}

/**
 * Values beside the tables that they are made of. What is told is never older than a write that this process knows of, wherever and by whom it was kept; values that are 0, empty or null are
 * values. A store that is away, and writes that are not heard of, cost the time of computing and nothing else.
 */
export interface Cache {
  /** The value that is kept, or the one that is computed, once for all who ask meanwhile. Throws what `compute` throws, and DependencyAway where Postgres is away. */
  through<Value>(kept: Kept<Value>): Promise<Value>;
  /** As `through`, of many keys: one question for all, and only those computed that are missing (CACHE-7). In their order. */
  throughAll<Value>(kept: readonly Kept<Value>[]): Promise<Value[]>;
  /** Computes a value and keeps it, whatever is kept: for what will be asked for soon (CACHE-8). */
  fill<Value>(kept: Kept<Value>): Promise<void>;
  /** What is kept; undefined where nothing is, or nothing that may be told. */
  get<Value>(key: CacheKey, schema: z.ZodType<Value>): Promise<{ readonly value: Value } | undefined>;
  /** Nothing older than these writes is told by this process from now on. */
  learn(versions: readonly WriteVersion[]): void;
  readonly store: EntryStore;
}

interface Made<Value> {
  readonly value: Value;
  readonly versions: readonly number[];
}

/** A flight that is behind what is known is left this often; a write at every instant would let nobody land. */
const mostFlights = 3;

export function cacheOf({ store, known, versionsOf, meters }: CacheDeps): Cache {
  const flights = new Map<string, Promise<Made<unknown>>>();
  const meter = cacheMeter(meters, store);

  async function getAll<Value>(
    asked: readonly Pick<Kept<Value>, 'key' | 'schema'>[],
  ): Promise<(Made<Value> | undefined)[]> {
    const none = asked.map(() => undefined);
    const types = asked.map(({ key }) => key.type);
    if (!known.isCurrent()) {
      meter.bypassed(types);
      return none;
    }
    const entries = await meter
      .timed('get', types, () => store.read(asked.map(({ key }) => key.key)))
      .catch((error: unknown) => {
        if (error instanceof DependencyAway) return undefined;
        throw error;
      });
    if (entries === undefined) return none;
    return asked.map(({ key, schema }, place) => {
      const entry = entries[place];
      const found =
        entry !== undefined && isAsNewAs(entry.versions, known.floor(key.of))
          ? schema.safeParse(unpacked(entry.text))
          : undefined;
      meter.asked(key.type, found?.success === true ? 'hit' : 'miss');
      return found?.success === true && entry !== undefined
        ? { value: found.data, versions: entry.versions }
        : undefined;
    });
  }

  async function keep<Value>(made: readonly { readonly of: Kept<Value>; readonly made: Made<Value> }[]) {
    const worth = made.filter(({ of, made: { versions } }) => isAsNewAs(versions, known.floor(of.key.of)));
    const entries = worth.map(({ of: { key, ttl }, made: { value, versions } }) => ({
      ...{ key: key.key, versions, text: packed(value) },
      keptMs: 1_000 * Math.min(longestTtlSeconds, ttl?.(value) ?? cacheTtlSeconds[key.type]),
    }));
    try {
      const done = await meter.timed(
        'set',
        worth.map(({ of }) => of.key.type),
        () => store.write(entries),
      );
      worth.forEach(({ of }, place) => {
        meter.given(of.key.type, done[place] === true ? 'success' : 'refused');
      });
    } catch (error) {
      if (!(error instanceof DependencyAway)) throw error;
    }
  }

  /** The versions are asked for first: what is computed then is as new as they are, or newer. */
  async function make<Value>({ key, compute }: Kept<Value>): Promise<Made<Value>> {
    const versions = await versionsOf(key.of);
    return { versions, value: await compute() };
  }

  /** Joins whoever computes the value, where that is as new as what is known when it lands. `own` where it was computed here. */
  async function land<Value>(
    kept: Kept<Value>,
  ): Promise<{ readonly made: Made<Value>; readonly own: boolean }> {
    const { key, of } = kept.key;
    for (let joined = 0; joined < mostFlights && known.isCurrent(); joined += 1) {
      const flight = flights.get(key);
      if (flight === undefined) break;
      const { value, versions } = await flight;
      if (!isAsNewAs(versions, known.floor(of))) continue;
      const read = kept.schema.safeParse(value);
      if (read.success) return { made: { value: read.data, versions }, own: false };
    }
    const flight = make(kept);
    flights.set(key, flight);
    try {
      return { made: await flight, own: true };
    } finally {
      if (flights.get(key) === flight) flights.delete(key);
    }
  }

  async function throughAll<Value>(asked: readonly Kept<Value>[]): Promise<Value[]> {
    const found = await getAll(asked);
    const told = await Promise.all(
      asked.map(async (of, place) => {
        const there = found[place];
        return there === undefined ? { of, ...(await land(of)) } : { of, made: there, own: false };
      }),
    );
    const fresh = told.filter(({ own }) => own);
    // Nobody waits for it.
    if (fresh.length > 0) keep(fresh).catch(() => undefined);
    return told.map(({ made }) => made.value);
  }

  return {
    store,
    learn: (versions) => {
      known.learn(versions);
    },
    async get(key, schema) {
      const [found] = await getAll([{ key, schema }]);
      return found === undefined ? undefined : { value: found.value };
    },
    async through(kept) {
      const [value] = await throughAll([kept]);
      if (value === undefined) throw new InvariantBroken(`No value came of ${kept.key.key}`);
      return value;
    },
    throughAll,
    async fill(kept) {
      await keep([{ of: kept, made: await make(kept) }]);
    },
  };
}
