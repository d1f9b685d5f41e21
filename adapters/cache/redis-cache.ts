import { DependencyAway } from '../../schemas/errors.js';
import { openRedis, type RedisConnectionOptions } from './redis-connection.js';
import type { TextCache } from './text-cache.js';

export type RedisCacheOptions = RedisConnectionOptions;

/** A cache in Redis, over one connection: see {@link openRedis}. A call that gets no answer in time is refused, and its connection given up. */
export async function redisCache(options: RedisCacheOptions): Promise<TextCache> {
  const { redis, close } = await openRedis(options);

  const reaching = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new DependencyAway(
        `Redis does not answer: ${error instanceof Error ? error.message : String(error)}`,
        {
          setting: 'REDIS_URL',
          advice: 'See whether it runs; what it would have kept is computed meanwhile.',
        },
        error,
      );
    }
  };

  return {
    read: (keys) =>
      keys.length === 0
        ? Promise.resolve([])
        : reaching(async () => (await redis.mget([...keys])).map((text) => text ?? undefined)),
    write: (entries) =>
      entries.length === 0
        ? Promise.resolve()
        : reaching(async () => {
            const pipeline = redis.pipeline();
            for (const { key, text, keptMs } of entries) pipeline.set(key, text, 'PX', Math.ceil(keptMs));
            for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
          }),
    connections: () => (redis.status === 'ready' ? 1 : 0),
    close,
  };
}
