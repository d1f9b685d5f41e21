import { breaker } from './breaker.js';
import { openRedis, type RedisConnectionOptions } from './redis-connection.js';
import type { TextCache } from './text-cache.js';

export interface RedisCacheOptions extends RedisConnectionOptions {
  /** How long one answer is waited for. Without it five seconds. */
  readonly patienceMs?: number;
  readonly probeEveryMs?: number;
}

const usualPatienceMs = 5_000;
const usualProbeEveryMs = 1_000;

/** A cache in Redis, over one connection, behind a breaker: a Redis that is slow or away costs whoever waits his patience, and those who come after him nothing. */
export async function redisCache({
  patienceMs = usualPatienceMs,
  probeEveryMs = usualProbeEveryMs,
  ...connection
}: RedisCacheOptions): Promise<TextCache> {
  const { redis, close } = await openRedis(connection);
  const guard = breaker({
    ...{ what: 'Redis', setting: 'REDIS_URL', patienceMs, probeEveryMs },
    probe: () => redis.ping(),
  });

  return {
    read: (keys) =>
      keys.length === 0
        ? Promise.resolve([])
        : guard.run(async () => (await redis.mget([...keys])).map((text) => text ?? undefined)),
    write: (entries) =>
      entries.length === 0
        ? Promise.resolve()
        : guard.run(async () => {
            const pipeline = redis.pipeline();
            for (const { key, text, keptMs } of entries) pipeline.set(key, text, 'PX', Math.ceil(keptMs));
            for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
          }),
    connections: () => (redis.status === 'ready' ? 1 : 0),
    async close() {
      guard.close();
      await close();
    },
  };
}
