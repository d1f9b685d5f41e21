import { breaker } from './breaker.js';
import type { Entry, EntryStore } from './entry-store.js';
import { openRedis, type RedisConnectionOptions } from './redis-connection.js';

export interface RedisStoreOptions extends RedisConnectionOptions {
  /** How long one answer is waited for: what is computed instead takes no longer. Without it a quarter of a second. */
  readonly patienceMs?: number;
  readonly probeEveryMs?: number;
}

const usualPatienceMs = 250;
const usualProbeEveryMs = 1_000;
const keysAtATime = 500;

/** Sets KEYS[1] unless what is there has a version that is higher. An entry is its versions, by commas, a line's end, and its text. */
const compareAndSet = `
local there = string.match(redis.call('GETRANGE', KEYS[1], 0, 255), '^([%d,]+)\\n')
if there then
  local mine = string.gmatch(ARGV[1], '%d+')
  for version in string.gmatch(there, '%d+') do
    if tonumber(version) > tonumber(mine() or '-1') then return 0 end
  end
end
redis.call('SET', KEYS[1], ARGV[1] .. '\\n' .. ARGV[2], 'PX', ARGV[3])
return 1`;

/** Entries in Redis, behind a breaker: a Redis that is slow or away costs the first call its patience, and the others nothing. */
export async function redisStore({
  patienceMs = usualPatienceMs,
  probeEveryMs = usualProbeEveryMs,
  ...connection
}: RedisStoreOptions): Promise<EntryStore> {
  const { redis, close } = await openRedis(connection);
  const guard = breaker({
    ...{ what: 'Redis', setting: 'REDIS_URL', patienceMs, probeEveryMs },
    probe: () => redis.ping(),
  });

  return {
    read: (keys) =>
      keys.length === 0
        ? Promise.resolve([])
        : guard.run(async () => (await redis.mget([...keys])).map((text) => entryOf(text))),
    write: (entries) =>
      entries.length === 0
        ? Promise.resolve([])
        : guard.run(async () => {
            const pipeline = redis.pipeline();
            for (const { key, versions, text, keptMs } of entries) {
              pipeline.eval(compareAndSet, 1, key, versions.join(','), text, Math.max(1, Math.ceil(keptMs)));
            }
            return ((await pipeline.exec()) ?? []).map(([error, is]) => {
              if (error !== null) throw error;
              return is === 1;
            });
          }),
    remove: (keys) => (keys.length === 0 ? Promise.resolve(0) : guard.run(() => redis.unlink(...keys))),
    exists: (key) => guard.run(async () => (await redis.exists(key)) === 1),
    ttl: (key) =>
      guard.run(async () => {
        const left = await redis.pttl(key);
        return left < 0 ? undefined : left;
      }),
    async *scan(pattern) {
      let cursor = '0';
      do {
        const [next, keys] = await guard.run(() =>
          redis.scan(cursor, 'MATCH', pattern, 'COUNT', keysAtATime),
        );
        if (keys.length > 0) yield keys;
        cursor = next;
      } while (cursor !== '0');
    },
    ping: () =>
      guard.run(async () => {
        await redis.ping();
      }),
    info: () =>
      guard.run(async () => {
        const [said, keys] = await Promise.all([redis.info(), redis.dbsize()]);
        const field = (name: string): string => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(said)?.[1] ?? '';
        return {
          ...{ kind: 'redis' as const, version: field('redis_version'), keys },
          used_memory_human: field('used_memory_human'),
          connected_clients: Number(field('connected_clients')),
          ...{ usedBytes: Number(field('used_memory')), maxBytes: Number(field('maxmemory')) },
          expiredKeys: Number(field('expired_keys')),
          ...{ hits: Number(field('keyspace_hits')), misses: Number(field('keyspace_misses')) },
        };
      }),
    connections: () => (redis.status === 'ready' ? 1 : 0),
    async close() {
      guard.close();
      await close();
    },
  };
}

function entryOf(text: string | null): Entry | undefined {
  const end = text?.indexOf('\n') ?? -1;
  if (text === null || end < 1) return undefined;
  const versions = text.slice(0, end).split(',').map(Number);
  // What somebody else keeps under the key has no versions.
  return versions.every(Number.isSafeInteger) ? { versions, text: text.slice(end + 1) } : undefined;
}
