import type { TextCache } from './text-cache.js';

/** Some kilobytes each: a season of a league under every service. */
const usualCapacity = 10_000;

/** A cache in the memory of this process; past its capacity what was used longest ago goes. */
export function memoryCache(capacity = usualCapacity, now: () => number = Date.now): TextCache {
  // A Map keeps its keys in the order in which they were set: the first is the one used longest ago.
  const kept = new Map<string, { readonly text: string; readonly until: number }>();
  return {
    read(keys) {
      return Promise.resolve(
        keys.map((key) => {
          const found = kept.get(key);
          kept.delete(key);
          if (found === undefined || found.until <= now()) return undefined;
          kept.set(key, found);
          return found.text;
        }),
      );
    },
    write(entries) {
      for (const { key, text, keptMs } of entries) {
        kept.delete(key);
        kept.set(key, { text, until: now() + keptMs });
      }
      for (const [oldest] of kept) {
        if (kept.size <= capacity) break;
        kept.delete(oldest);
      }
      return Promise.resolve();
    },
    connections: () => 0,
    close: () => Promise.resolve(),
  };
}
