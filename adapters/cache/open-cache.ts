import type { Meters } from '../metrics/meters.js';
import { measuredCache, type CacheType } from './measured-cache.js';
import { memoryCache } from './memory-cache.js';
import { redisCache, type RedisCacheOptions } from './redis-cache.js';
import type { RedisTimes } from './redis-connection.js';
import type { TextCache } from './text-cache.js';
import { whileAway } from './while-away.js';

/** The cache of a process: Redis where there is an address, else its own memory, which also takes the place of a Redis that is away. */
export async function openCache(
  { redisUrl, redisTimes }: { readonly redisUrl: string | undefined; readonly redisTimes: RedisTimes },
  type: CacheType,
  { meters, ...options }: { readonly meters: Meters } & Omit<RedisCacheOptions, 'url' | 'times'>,
): Promise<TextCache> {
  if (redisUrl === undefined) return measuredCache(memoryCache(), type, meters);
  const redis = await redisCache({ url: redisUrl, times: redisTimes, ...options });
  return whileAway(measuredCache(redis, type, meters), memoryCache());
}
