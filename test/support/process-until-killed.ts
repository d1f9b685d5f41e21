import { createProcessStreamsActivities } from '../../activities/process-streams.js';
import { createRefineBronzeActivities } from '../../activities/refine-bronze.js';
import { createRefinePricesActivities } from '../../activities/refine-prices.js';
import { withStreamed } from '../../adapters/providers/registry.js';
import { openRolePools } from '../../adapters/postgres/role-pools.js';
import { roleUrls } from '../../adapters/postgres/roles.js';
import { putRefinedIntoOutbox } from '../../adapters/postgres/streams/results.js';
import { InvariantBroken } from '../../schemas/errors.js';
import { asActivity } from './house.js';
import { otherSource } from './streams.js';

// Called as `process-until-killed.ts <database url>`: brings what is pending to silver as `processStreams` does, without Temporal, until it is killed.
const [, , url] = process.argv;
if (url === undefined) throw new InvariantBroken('A database is missing');
process.on('disconnect', () => process.exit(0));
const pools = openRolePools(roleUrls(url, undefined), {
  processName: 'test-processor',
  max: 4,
  onConnectionLost: () => undefined,
});
const { pool } = pools.writer;
const processing = createProcessStreamsActivities({ pool, streamSources: [otherSource] });
const refining = createRefineBronzeActivities({
  ...{ pool, adminPool: pools.admin.pool, tellRefined: putRefinedIntoOutbox },
  providers: withStreamed({}, [otherSource]),
});
const pricing = createRefinePricesActivities({ pool, tellRefined: putRefinedIntoOutbox });

async function bringToSilver(): Promise<never> {
  await asActivity(() => refining.prepareSilver({}));
  for (;;) {
    await asActivity(() => processing.sendStreamedScores());
    const matches = await asActivity(() => refining.refineBatch({ limit: 4_000 }));
    const prices = await asActivity(() => pricing.refinePrices({ limit: 500 }));
    if (matches.claimed + prices.claimed + prices.matches > 0) continue;
    await asActivity(() => processing.awaitPending({ forMs: 60_000 }));
  }
}

for (;;) {
  // Where Postgres is away, Temporal would try again.
  await bringToSilver().catch(() => new Promise((resolve) => setTimeout(resolve, 500)));
}
