import type pg from 'pg';
import type { Meters } from '../metrics/meters.js';
import { readVersions } from '../postgres/write-versions.js';
import { cacheOf, type Cache } from './cache.js';
import { followWrites } from './follow-writes.js';
import { knownWrites, type KnownWrites } from './known-writes.js';
import { memoryStore } from './memory-store.js';
import type { RedisTimes } from './redis-connection.js';
import { redisStore } from './redis-store.js';
import { watchStore } from './watch-store.js';

export interface ResponsesOptions {
  /** Without it they are kept in this process's memory. */
  readonly redisUrl: string | undefined;
  readonly redisTimes?: RedisTimes;
  /** Where a connection hears of writes, and its name. */
  readonly url: string;
  readonly applicationName: string;
  /** Where versions are asked for. */
  readonly pool: pg.Pool;
  readonly meters: Meters;
  readonly log: { warn(message: string): void; info(message: string): void };
}

/** A cache that only fills: for a process that nobody asks, and that need not hear of writes. Null where there is no Redis, since nobody else reads its memory. */
export async function openFilling({
  redisUrl,
  redisTimes: times,
  pool,
  meters,
  log,
}: Pick<
  ResponsesOptions,
  'redisUrl' | 'redisTimes' | 'pool' | 'meters' | 'log'
>): Promise<OpenResponses | null> {
  if (redisUrl === undefined) return null;
  const store = await redisStore({ url: redisUrl, times, log });
  const known = knownWrites();
  return {
    cache: cacheOf({ store, known, meters, versionsOf: (of) => readVersions(pool, of) }),
    known,
    close: () => store.close(),
  };
}

/** A cache, and what it holds open. */
export interface OpenResponses {
  readonly cache: Cache;
  /** What this process has heard to be written. */
  readonly known: KnownWrites;
  close(): Promise<void>;
}

/** The cache of a process's responses: in Redis where there is an address, else in its own memory; it hears of each write. Neither has to be there. */
export async function openResponses(options: ResponsesOptions): Promise<OpenResponses> {
  const { redisUrl, redisTimes: times, pool, meters, log, url, applicationName } = options;
  const store = redisUrl === undefined ? memoryStore() : await redisStore({ url: redisUrl, times, log });
  const known = knownWrites();
  const following = await followWrites({ url, applicationName, known, log });
  const watching = watchStore(store, meters);
  return {
    cache: cacheOf({ store, known, meters, versionsOf: (of) => readVersions(pool, of) }),
    known,
    async close() {
      watching.close();
      await following.close();
      await store.close();
    },
  };
}
