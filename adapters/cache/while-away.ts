import { DependencyAway } from '../../schemas/errors.js';
import type { TextCache } from './text-cache.js';

/** So long at most is told what was kept meanwhile: then it is computed anew, of what is known by then. */
const longestMs = 60_000;

/**
 * A cache whose place another takes while it is away, so that what is missing is computed once a minute and not for each request. A write is refused as before, since nobody else will see it.
 */
export const whileAway = (cache: TextCache, meanwhile: TextCache): TextCache => ({
  ...cache,
  async read(keys) {
    try {
      return await cache.read(keys);
    } catch (error) {
      if (!(error instanceof DependencyAway)) throw error;
      return await meanwhile.read(keys);
    }
  },
  async write(entries) {
    try {
      await cache.write(entries);
    } catch (error) {
      if (error instanceof DependencyAway)
        await meanwhile.write(
          entries.map((entry) => ({ ...entry, keptMs: Math.min(entry.keptMs, longestMs) })),
        );
      throw error;
    }
  },
});
