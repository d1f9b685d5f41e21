import type { Meters } from '../metrics/meters.js';
import type { EntryStore } from './entry-store.js';

const lookEveryMs = 30_000;

/** Keeps what a store says of itself in the metrics (CACHE-13), as of half a minute ago at most. */
export function watchStore(store: EntryStore, meters: Meters): { look(): Promise<void>; close(): void } {
  const look = async (): Promise<void> => {
    const info = await store.info();
    // What is in this process's memory is in its own figures.
    if (info.kind !== 'redis') return;
    meters.set('football_redis_keys', {}, info.keys);
    meters.set('football_redis_memory_bytes', {}, info.usedBytes);
    meters.set('football_redis_memory_ratio', {}, info.maxBytes === 0 ? 0 : info.usedBytes / info.maxBytes);
    meters.set('football_redis_connected_clients', {}, info.connected_clients);
    meters.follow('football_redis_expired_keys_total', {}, info.expiredKeys);
  };
  const quietly = (): void => {
    // A Redis that is away is counted by who asks it.
    look().catch(() => undefined);
  };
  quietly();
  const timer = setInterval(quietly, lookEveryMs);
  timer.unref();
  return {
    look,
    close: () => {
      clearInterval(timer);
    },
  };
}
