import { outbox } from '../../adapters/outbox.js';
import type { TextCache } from '../../adapters/cache/text-cache.js';
import { createMeters, type Meters } from '../../adapters/metrics/meters.js';
import { readOnline } from '../../adapters/online/read-online.js';
import type { VectorSource } from '../../adapters/online/vector-source.js';
import { vectorStore } from '../../adapters/online/vector-store.js';
import { servedVectorsSink } from '../../adapters/postgres/served-vectors.js';
import type { OnlineRow, OnlineService } from '../../schemas/features/online.js';
import type { Instant } from '../../schemas/values.js';
import type pg from 'pg';
import type { TestLake } from './lake.js';

/** Has gold know all of its inputs up to whatever instant is asked about, as just after a build. */
export const keepGoldFresh = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`update gold_inputs set known_until = now() + interval '1 day'`);
};

/** Features served online over a test's lake and cache; what is served is in the log when the rows are there. */
export function serving(lake: TestLake, cache: TextCache, meters: Meters = createMeters()) {
  const store = vectorStore(cache);
  const source: VectorSource = lake.lake;
  return {
    ...{ store, source, pool: lake.house.pool },
    read: async (service: OnlineService, matchIds: readonly number[], now: Instant): Promise<OnlineRow[]> => {
      const { pool } = lake.house;
      const log = {
        warn: (message: string): void => {
          throw new Error(message);
        },
      };
      const served = outbox({ items: 'served vectors', sink: servedVectorsSink(pool), log, gatherMs: 0 });
      const rows = await readOnline({ store, source, pool, served, meters }, { service, matchIds, now });
      await served.close();
      return rows;
    },
  };
}
