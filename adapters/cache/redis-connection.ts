import { Redis } from 'ioredis';

/** CACHE-11, in milliseconds. */
const usualTimes: RedisTimes = { socketMs: 5_000, connectMs: 5_000, healthCheckEveryMs: 30_000 };
/** While Redis is away it is looked for this often at most. */
const longestPauseMs = 2_000;

/** How patient a connection is. */
export interface RedisTimes {
  /** So long an answer is waited for until the connection is given up. */
  readonly socketMs: number;
  /** So long a connection is. */
  readonly connectMs: number;
  /** So often one that nobody uses is asked whether it is there. */
  readonly healthCheckEveryMs: number;
}

export interface RedisConnectionOptions {
  readonly url: string;
  readonly log: { warn(message: string): void; info(message: string): void };
  /** Those of CACHE-11 where nothing else is said. */
  readonly times?: RedisTimes | undefined;
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
  times: { socketMs, connectMs, healthCheckEveryMs } = usualTimes,
}: RedisConnectionOptions): Promise<RedisConnection> {
  const redis = new Redis(url, {
    connectTimeout: connectMs,
    socketTimeout: socketMs,
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
