import { longestTtlSeconds, nameOf, type WriteVersion, type Written } from '../../schemas/cache.js';

/** So long a write is remembered: longer than any entry that is older than it is kept. */
export const rememberedSeconds = longestTtlSeconds + 1_800;

/** What this process knows to have been written: what is kept and older is not told any more, wherever it is kept. */
export interface KnownWrites {
  learn(versions: readonly WriteVersion[]): void;
  /** The versions that something made of these has to have at least, in their order. */
  floor(of: readonly Written[]): number[];
  /** Whether every commit is heard of. While it is not, nothing that is kept is told. */
  isCurrent(): boolean;
  setCurrent(is: 'current' | 'behind'): void;
}

export function knownWrites(now: () => number = Date.now): KnownWrites {
  // In the order in which they were heard of: the first are those to be forgotten.
  const known = new Map<string, { readonly version: number; readonly until: number }>();
  let state: 'current' | 'behind' = 'behind';
  return {
    learn(versions) {
      const until = now() + 1_000 * rememberedSeconds;
      for (const one of versions) {
        const name = nameOf(one);
        const version = Math.max(one.version, known.get(name)?.version ?? 0);
        known.delete(name);
        known.set(name, { version, until });
      }
      for (const [name, one] of known) {
        if (one.until > now()) break;
        known.delete(name);
      }
    },
    floor: (of) => of.map((one) => known.get(nameOf(one))?.version ?? 0),
    isCurrent: () => state === 'current',
    setCurrent(is) {
      state = is;
    },
  };
}
