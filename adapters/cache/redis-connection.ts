import { Redis } from 'ioredis';

/** CACHE-11, in milliseconds: for an answer, and for a connection. */
export const usualPatienceMs = 5_000;
const healthCheckEveryMs = 30_000;
/** While Redis is away it is looked for this often at most. */
const longestPauseMs = 2_000;

export interface RedisConnectionOptions {
  readonly url: string;
  readonly log: { warn(message: string): void; info(message: string): void };
  /** How long an answer, or a connection, is waited for until the connection is given up; without it five seconds. */
  readonly patienceMs?: number;
}

export interface RedisConnection {
  readonly redis: Redis;
  readonly close: () => Promise<void>;
}

/**
 * One connection that commands share. Opening does not wait for it: while it is away every command is refused at once, and it is connected again by itself. A command that gets no
 * answer in time is refused, and its connection given up.
 */
export async function openRedis({
  url,
  log,
  patienceMs = usualPatienceMs,
}: RedisConnectionOptions): Promise<RedisConnection> {
  const redis = new Redis(url, {
    connectTimeout: patienceMs,
    socketTimeout: patienceMs,
    // Whoever asks has another place to ask, and would wait twice as long.
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    lazyConnect: true,
    connectionName: 'touchline',
    retryStrategy: (times) => Math.min(100 * times, longestPauseMs),
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
  }, healthCheckEveryMs);
  healthCheck.unref();
  await redis.connect().catch(() => undefined);
  return {
    redis,
    async close() {
      clearInterval(healthCheck);
      // One that answers nothing would not say good-bye either.
      if (redis.status !== 'ready') {
        redis.disconnect();
        return;
      }
      await redis.quit().catch(() => {
        redis.disconnect();
      });
    },
  };
}
