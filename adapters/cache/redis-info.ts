import { Redis } from 'ioredis';
import { DependencyAway } from '../../schemas/errors.js';

/** What a Redis says of itself (API-15). */
export interface RedisInfo {
  readonly version: string;
  readonly connected_clients: number;
  readonly used_memory: string;
}

/** Asks one Redis how it does, over a connection of its own. */
export interface RedisProbe {
  /** @throws DependencyAway where it does not answer soon */
  ask(): Promise<RedisInfo>;
  close(): void;
}

const answerWithinMs = 1_000;
const longestPauseMs = 1_000;

/** Opens it; nothing connects before the first question. What broke is connected anew, a second after it came back at the latest. */
export function redisProbe(url: string): RedisProbe {
  const redis = new Redis(url, {
    connectTimeout: answerWithinMs,
    socketTimeout: answerWithinMs,
    maxRetriesPerRequest: 0,
    lazyConnect: true,
    connectionName: 'touchline-health',
    retryStrategy: (times) => Math.min(100 * times, longestPauseMs),
  });
  // Whoever asks is told; without a listener it would end the process.
  redis.on('error', () => undefined);
  return {
    async ask() {
      try {
        const said = await redis.info();
        const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(said)?.[1] ?? '';
        return {
          version: field('redis_version'),
          connected_clients: Number(field('connected_clients')),
          used_memory: field('used_memory_human'),
        };
      } catch (error) {
        throw new DependencyAway('Redis does not answer', { object: 'Redis', setting: 'REDIS_URL' }, error);
      }
    },
    close: () => {
      redis.disconnect();
    },
  };
}
