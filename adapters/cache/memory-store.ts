import { isAsNewAs, type Entry, type EntryStore } from './entry-store.js';

/** Some kilobytes each: a season of a league under every service. */
const usualCapacity = 10_000;

/** Entries in the memory of this process; past its capacity what was used longest ago goes. */
export function memoryStore(capacity = usualCapacity, now: () => number = Date.now): EntryStore {
  // A Map keeps its keys in the order in which they were set: the first is the one used longest ago.
  const kept = new Map<string, Entry & { readonly until: number }>();
  let expired = 0;
  let hits = 0;
  let misses = 0;

  const alive = (key: string) => {
    const found = kept.get(key);
    if (found === undefined || found.until > now()) return found;
    kept.delete(key);
    expired += 1;
    return undefined;
  };

  return {
    read: (keys) =>
      Promise.resolve(
        keys.map((key) => {
          const found = alive(key);
          if (found === undefined) {
            misses += 1;
            return undefined;
          }
          hits += 1;
          kept.delete(key);
          kept.set(key, found);
          return { versions: found.versions, text: found.text };
        }),
      ),
    write(entries) {
      const done = entries.map(({ key, versions, text, keptMs }) => {
        const there = alive(key);
        if (there !== undefined && !isAsNewAs(versions, there.versions)) return false;
        kept.delete(key);
        kept.set(key, { versions, text, until: now() + keptMs });
        return true;
      });
      for (const [oldest] of kept) {
        if (kept.size <= capacity) break;
        kept.delete(oldest);
      }
      return Promise.resolve(done);
    },
    remove: (keys) =>
      Promise.resolve(keys.filter((key) => alive(key) !== undefined && kept.delete(key)).length),
    exists: (key) => Promise.resolve(alive(key) !== undefined),
    ttl(key) {
      const found = alive(key);
      return Promise.resolve(found === undefined ? undefined : found.until - now());
    },
    async *scan(pattern) {
      const matcher = matcherOf(pattern);
      const found = [...kept.keys()].filter((key) => matcher.test(key));
      await Promise.resolve();
      if (found.length > 0) yield found;
    },
    ping: () => Promise.resolve(),
    info() {
      const usedBytes = [...kept].reduce((sum, [key, { text }]) => sum + 2 * (key.length + text.length), 0);
      return Promise.resolve({
        ...{ kind: 'memory' as const, version: process.version, connected_clients: 0, maxBytes: 0 },
        ...{ usedBytes, used_memory_human: `${(usedBytes / 2 ** 20).toFixed(2)}M` },
        ...{ keys: kept.size, expiredKeys: expired, hits, misses },
      });
    },
    connections: () => 0,
    close: () => Promise.resolve(),
  };
}

/** `*` and `?` as Redis has them; every other letter stands for itself. */
const matcherOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    's',
  );
