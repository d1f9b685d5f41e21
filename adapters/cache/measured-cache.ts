import type { Meters } from '../metrics/meters.js';
import type { TextCache } from './text-cache.js';

/** What a cache is for, by the names of CACHE-3. */
export type CacheType = 'match_features' | 'predictions';

/** The same cache, with what it is asked and answers counted by key, and the time that each call takes. */
export function measuredCache(cache: TextCache, cache_type: CacheType, meters: Meters): TextCache {
  let hits = 0;
  let asked = 0;
  const count = (operation: 'get' | 'set', status: 'hit' | 'miss' | 'success' | 'error', keys: number) => {
    meters.add('football_cache_operations_total', { operation, cache_type, status }, keys);
  };
  for (const status of ['hit', 'miss', 'error'] as const) count('get', status, 0);
  for (const status of ['success', 'error'] as const) count('set', status, 0);

  const timed = async <T>(operation: 'get' | 'set', keys: number, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    try {
      return await work();
    } catch (error) {
      count(operation, 'error', keys);
      throw error;
    } finally {
      const seconds = (performance.now() - begun) / 1_000;
      meters.observe('football_cache_response_time_seconds', { operation, cache_type }, seconds);
      meters.set('football_redis_connection_pool_size', { pool_type: cache_type }, cache.connections());
    }
  };

  return {
    ...cache,
    async read(keys) {
      const found = await timed('get', keys.length, () => cache.read(keys));
      const here = found.filter((text) => text !== undefined).length;
      count('get', 'hit', here);
      count('get', 'miss', keys.length - here);
      hits += here;
      asked += keys.length;
      if (asked > 0) meters.set('football_cache_hit_rate', { cache_type }, (100 * hits) / asked);
      return found;
    },
    async write(entries) {
      await timed('set', entries.length, () => cache.write(entries));
      count('set', 'success', entries.length);
    },
  };
}
