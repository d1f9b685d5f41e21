import { Redis } from 'ioredis';
import { DependencyAway } from '../../schemas/errors.js';
import type { TextCache } from './text-cache.js';

/** CACHE-11, in milliseconds: for an answer, and for a connection. */
const usualPatience = 5_000;
const healthCheckEvery = 30_000;
/** While Redis is away it is looked for this often at most. */
const longestPause = 2_000;

export interface RedisCacheOptions {
  readonly url: string;
  readonly log: { warn(message: string): void; info(message: string): void };
  /** How long an answer, or a connection, is waited for; without it five seconds. */
  readonly patienceMs?: number;
}

/**
 * A cache in Redis, over one connection that commands share. Opening does not wait for it: while it is away every call is refused at once, and it is connected again by
 * itself. A call that gets no answer in time is refused, and its connection given up.
 */
export async function redisCache({
  url,
  log,
  patienceMs = usualPatience,
}: RedisCacheOptions): Promise<TextCache> {
  const redis = new Redis(url, {
    connectTimeout: patienceMs,
    socketTimeout: patienceMs,
    // Whoever asks has another place to ask, and would wait twice as long.
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    lazyConnect: true,
    connectionName: 'touchline',
    retryStrategy: (times) => Math.min(100 * times, longestPause),
  });
  let isAway = false;
  redis.on('error', (error: Error) => {
    if (!isAway) log.warn(`Redis is away: ${error.message}`);
    isAway = true;
  });
  redis.on('ready', () => {
    if (isAway) log.info('Redis is back');
    isAway = false;
  });
  // A connection that nobody uses and that died is found here, not by the next request.
  const healthCheck = setInterval(() => {
    redis.ping().catch(() => undefined);
  }, healthCheckEvery);
  healthCheck.unref();
  await redis.connect().catch(() => undefined);

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
    async close() {
      clearInterval(healthCheck);
      await redis.quit().catch(() => {
        redis.disconnect();
      });
    },
  };
}
