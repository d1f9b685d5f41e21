import type { Cache } from '../adapters/cache/cache.js';
import { materialise, type Materialised, type OnlineStores } from '../adapters/online/materialise.js';
import { nowBy } from '../domain/clock/simulated-clock.js';
import {
  MaterialiseFeaturesInput,
  type MaterialiseFeaturesResult,
} from '../schemas/jobs/materialise-features.js';
import { instant } from '../schemas/values.js';
import { warmMatches } from './cached-match.js';
import { heartbeating } from './heartbeating.js';
import { onlineServices } from './online-services.js';

const hour = 3_600_000;

/** What is told of a match is kept for two hours at most: nothing is warmed up for longer. */
const warmedAheadMs = 2 * hour;

/** An activity that fills the online store, and the cache of responses where other processes read it (CACHE-8). */
export function createMaterialiseFeaturesActivities({
  cache,
  ...stores
}: OnlineStores & { readonly cache: Cache | null }) {
  return {
    /**
     * Puts what services tell of the matches ahead into the online store. A store that is away is no failure: its answers are computed from the lake meanwhile.
     * Throws PrerequisiteMissing where there is no gold yet, BadInput on a service that is not served online.
     */
    async materialiseFeatures(input: MaterialiseFeaturesInput): Promise<MaterialiseFeaturesResult> {
      const { services: names, hoursAhead, matchIds, clock } = MaterialiseFeaturesInput.parse(input);
      return await heartbeating(async (reportPhase) => {
        const now = nowBy(clock, Date.now());
        const matches =
          matchIds === undefined ? { after: now, until: instant(now + hoursAhead * hour) } : { matchIds };
        const services: Materialised[] = [];
        for (const service of await onlineServices(names)) {
          reportPhase('features.materialise', { service: service.id });
          services.push(await materialise(stores, { service, matches, now }));
        }
        if (cache !== null) {
          reportPhase('cache.warm-up', {});
          await warmMatches(cache, stores.pool, now, instant(now + warmedAheadMs));
        }
        return { services };
      });
    },
  };
}
