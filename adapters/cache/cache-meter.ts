import type { CacheType } from '../../schemas/cache.js';
import type { LabelsOf } from '../../schemas/metrics.js';
import type { Meters } from '../metrics/meters.js';
import type { EntryStore } from './entry-store.js';

type CacheStatus = LabelsOf<'football_cache_operations_total'>['status'];

/** Counts what a cache is asked and given, by type, and the time that its store takes (MET-39 to 42). The rate of hits is told by type, and of `all`. */
export function cacheMeter(meters: Meters, store: Pick<EntryStore, 'connections'>) {
  const tallies = new Map<string, { hits: number; asked: number }>();
  const count = (operation: 'get' | 'set', cache_type: CacheType, status: CacheStatus): void => {
    meters.add('football_cache_operations_total', { operation, cache_type, status });
  };
  const rate = (cache_type: CacheType | 'all', isHit: boolean): void => {
    const tally = tallies.get(cache_type) ?? { hits: 0, asked: 0 };
    tally.asked += 1;
    if (isHit) tally.hits += 1;
    tallies.set(cache_type, tally);
    meters.set('football_cache_hit_rate', { cache_type }, (100 * tally.hits) / tally.asked);
  };

  return {
    asked(type: CacheType, status: 'hit' | 'miss'): void {
      count('get', type, status);
      rate(type, status === 'hit');
      rate('all', status === 'hit');
    },
    /** Not asked, since writes are not heard of. */
    bypassed(types: readonly CacheType[]): void {
      for (const type of types) count('get', type, 'bypass');
    },
    given(type: CacheType, status: 'success' | 'refused'): void {
      count('set', type, status);
    },
    async timed<T>(
      operation: 'get' | 'set',
      types: readonly CacheType[],
      work: () => Promise<T>,
    ): Promise<T> {
      const begun = performance.now();
      try {
        return await work();
      } catch (error) {
        for (const type of types) count(operation, type, 'error');
        throw error;
      } finally {
        const seconds = (performance.now() - begun) / 1_000;
        for (const cache_type of new Set(types)) {
          meters.observe('football_cache_response_time_seconds', { operation, cache_type }, seconds);
        }
        meters.set('football_redis_connection_pool_size', { pool_type: 'responses' }, store.connections());
      }
    },
  };
}
