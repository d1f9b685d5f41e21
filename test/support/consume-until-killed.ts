import { createConsumeStreamsActivities } from '../../activities/consume-streams.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { openRolePools } from '../../adapters/postgres/role-pools.js';
import { roleUrls } from '../../adapters/postgres/roles.js';
import { openStreams } from '../../adapters/stream/open-streams.js';
import { consumedTopics } from '../../schemas/events/topics.js';
import { InvariantBroken } from '../../schemas/errors.js';
import { asActivity } from './house.js';
import { otherSource } from './streams.js';

// Called as `consume-until-killed.ts <brokers> <database url>`: brings messages to bronze as a worker does, until it is killed.
const [, , brokers, url] = process.argv;
if (brokers === undefined || url === undefined)
  throw new InvariantBroken('Brokers and a database are missing');
const quiet = { warn: () => undefined };
process.on('disconnect', () => process.exit(0));
const pools = openRolePools(roleUrls(url, undefined), {
  processName: 'test-reader',
  max: 4,
  onConnectionLost: () => undefined,
});
for (;;) {
  // Where Postgres is away when it begins, Temporal would try again.
  try {
    const consumers = createConsumeStreamsActivities({
      ...{ pool: pools.writer.pool, adminPool: pools.admin.pool, meters: createMeters() },
      streams: openStreams([brokers], quiet),
      sources: { own: new Set(), others: new Set([otherSource]) },
    });
    process.send?.('reading');
    await asActivity(() => consumers.consumeContinuously({ topics: [...consumedTopics], forMs: 3_600_000 }));
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
