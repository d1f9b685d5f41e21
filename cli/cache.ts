import { z } from 'zod';
import type { EntryStore, StoreInfo } from '../adapters/cache/entry-store.js';
import { BadInput, describeError } from '../schemas/errors.js';
import { command, type CommandContext } from './command.js';
import { counted, textTable } from './table.js';

/** Hands the work the configured Redis. @throws BadInput where there is none */
async function withRedis<T>(
  { config, output }: CommandContext,
  work: (store: EntryStore) => Promise<T>,
): Promise<T> {
  if (config.redisUrl === undefined) {
    throw new BadInput('There is no Redis', {
      setting: 'REDIS_URL',
      advice:
        'Set it. Without it each process keeps what it tells in its own memory, and forgets it with its end.',
    });
  }
  const { redisStore } = await import('../adapters/cache/redis-store.js');
  const note = (line: string): void => {
    output.note(line);
  };
  const store = await redisStore({
    url: config.redisUrl,
    times: config.redisTimes,
    log: { warn: note, info: note },
    patienceMs: 5_000,
  });
  return await work(store).finally(() => store.close());
}

/** `match:123:processed` is one of `match:processed`: the kind of a key is its words without ids. */
const kindOf = (key: string): string => {
  const [first = '', , third] = key.split(':');
  return first === 'match' || first === 'team' ? `${first}:${third ?? ''}` : first;
};

async function countByKind(store: EntryStore): Promise<{ kind: string; keys: number }[]> {
  const kinds = new Map<string, number>();
  for await (const keys of store.scan('*')) {
    for (const key of keys) kinds.set(kindOf(key), (kinds.get(kindOf(key)) ?? 0) + 1);
  }
  return [...kinds].map(([kind, keys]) => ({ kind, keys })).sort((one, other) => other.keys - one.keys);
}

const percent = (part: number, whole: number): number | null => (whole === 0 ? null : (100 * part) / whole);

const about = ({ hits, misses, expiredKeys, usedBytes, maxBytes, ...info }: StoreInfo) => ({
  ...{ version: info.version, used_memory_human: info.used_memory_human },
  ...{ connected_clients: info.connected_clients, used_bytes: usedBytes, max_bytes: maxBytes },
  ...{ keys: info.keys, expired_keys: expiredKeys, hits, misses, hit_rate: percent(hits, hits + misses) },
});

export const cacheStats = command({
  path: ['cache', 'stats'],
  summary: 'what Redis holds, and how often it had what it was asked for',
  description:
    'Of the Redis of REDIS_URL since it began: memory, clients, keys by what they are, keys whose time came, hits and misses of all who ask it. What each process finds in the cache is in its metrics.',
  examples: ['touchline cache stats', 'touchline cache stats --json'],
  json: '{"version", "used_memory_human", "connected_clients", "used_bytes", "max_bytes", "keys", "expired_keys", "hits", "misses", "hit_rate": percent or null, "kinds": [{"kind", "keys"}]}',
  settings: z.object({}),
  async run(_, context) {
    const stats = await withRedis(context, async (store) => ({
      ...about(await store.info()),
      kinds: await countByKind(store),
    }));
    await context.output.result(stats, () =>
      [
        `Redis ${stats.version}: ${stats.used_memory_human}, ${counted(stats.keys, 'key')}, ${counted(stats.connected_clients, 'client')}.`,
        stats.hit_rate === null
          ? 'Nothing was asked for yet.'
          : `${stats.hit_rate.toFixed(1)} % of what was asked for was there; ${counted(stats.expired_keys, 'key')} came to their time.`,
        ...(stats.kinds.length === 0
          ? []
          : [
              textTable(
                ['kind', 'keys'],
                stats.kinds.map(({ kind, keys }) => [kind, keys]),
              ),
            ]),
      ].join('\n'),
    );
    return 0;
  },
});

export const cacheHealth = command({
  path: ['cache', 'health'],
  summary: 'whether Redis answers',
  description: 'Asks the Redis of REDIS_URL. Its exit code is 1 where it does not answer.',
  examples: ['touchline cache health', 'touchline cache health --json'],
  json: '{"healthy", "message", "response_time_ms", "server_info": {"version", "connected_clients", "used_memory"} where it answers, "error" where it does not}',
  settings: z.object({}),
  async run(_, context) {
    const health = await withRedis(context, async (store) => {
      const begun = performance.now();
      const took = () => Number((performance.now() - begun).toFixed(1));
      try {
        await store.ping();
        const response_time_ms = took();
        const { version, connected_clients, used_memory_human: used_memory } = await store.info();
        const server_info = { version, connected_clients, used_memory };
        return { healthy: true, message: 'Redis answers', response_time_ms, server_info };
      } catch (error) {
        const why = { error: describeError(error), response_time_ms: took() };
        return { healthy: false, message: 'Redis does not answer', ...why };
      }
    });
    await context.output.result(health, () => `${health.message} (${health.response_time_ms} ms).`);
    return health.healthy ? 0 : 1;
  },
});

export const cacheDelete = command({
  path: ['cache', 'delete'],
  summary: 'remove what Redis keeps under keys of a pattern',
  description: [
    'The pattern is one of Redis: * stands for anything. Keys are match:<id>:processed, match:<id>:features:<service>, team:<id>:stats:…, odds:<match>:<bookmaker>, h2h:<home>:<away> and',
    'predictions:<match>:<version>. What is removed is computed again when it is asked for. Says how many there were.',
  ].join('\n'),
  arguments: [{ flags: '<pattern>', about: 'which keys' }],
  examples: ["touchline cache delete 'odds:4711:*'", "touchline cache delete 'predictions:*' --json"],
  json: '{"pattern", "removed"}',
  settings: z.object({ pattern: z.string().min(1) }),
  async run({ pattern }, context) {
    const removed = await withRedis(context, async (store) => {
      let count = 0;
      for await (const keys of store.scan(pattern)) count += await store.remove(keys);
      return count;
    });
    await context.output.result({ pattern, removed }, () => `Removed ${counted(removed, 'key')}.`);
    return 0;
  },
});
