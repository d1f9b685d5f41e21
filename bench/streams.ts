import { parseArgs } from 'node:util';
import { landMessages, type LandableMessage } from '../activities/land-messages.js';
import { readMessage } from '../activities/read-messages.js';
import { createMeters } from '../adapters/metrics/meters.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { ensurePartitions } from '../adapters/postgres/partitions.js';
import { landTold, type LandedRow } from '../adapters/postgres/streams/land-told.js';
import { batchingProducer } from '../adapters/stream/batching-producer.js';
import { projectRoot } from '../config.js';
import { instant } from '../schemas/values.js';
import { asActivity, openHouse } from '../test/support/house.js';
import { startTestKafka } from '../test/support/kafka.js';
import { startTestPostgres } from '../test/support/postgres.js';
import { streamRounds } from '../test/support/stream-rounds.js';
import { aPrice, consumersOf, otherSource, streamsOn } from '../test/support/streams.js';
import { machine, revision } from './support/machine.js';

/**
 * One process brings prices from Kafka into committed rows of bronze, beside COPY to a stage and INSERT … ON CONFLICT of the same rows into an empty
 * database in the same run. Then random rounds of kills and cuts. Ends with 1 where a figure is missed or a message is.
 *
 *   node --import tsx bench/streams.ts [--messages 100000] [--rounds 20] [--seed 1]
 */
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const messages = Number(values.messages);
const leastRate = 10_000;
const leastShare = 0.25;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
};
const perSecond = (time: number): string => Math.round(messages / time).toLocaleString('en');

say(`machine  ${machine()}`);
say(`commit   ${revision(projectRoot)}`);
say(
  `command  node --import tsx bench/streams.ts --messages ${messages} --rounds ${values.rounds} --seed ${values.seed}`,
);

const prices = Array.from({ length: messages }, (_, index) =>
  aPrice({
    match: `match-${index % 400}`,
    at: new Date(Date.UTC(2024, 7, 1) + index * 1_000).toISOString(),
    home: 1.5 + (index % 500) / 100,
  }),
);
const bytes = prices.reduce((sum, { value }) => sum + value.length, 0) / messages;
say(`data     ${messages} prices of 400 matches, ${bytes.toFixed(0)} bytes each, none of them in bronze`);

let failed: boolean;
const [kafka, postgres] = await Promise.all([startTestKafka(), startTestPostgres()]);
try {
  const streams = await streamsOn(kafka.brokers);
  const producer = await batchingProducer(streams.kafka, createMeters());
  const producing = await seconds(() =>
    Promise.all(prices.map((price) => producer.send({ ...price, dataType: 'odds' }))),
  );
  await producer.close();
  say(`publish  ${perSecond(producing)} a second, acks=all, gzip, 16 KiB a batch`);

  const rows = prices.flatMap(({ topic, key, value }): LandedRow[] => {
    const message = {
      offset: 0,
      key: Buffer.from(key),
      value: Buffer.from(value),
      headers: {},
      timestamp: Date.now(),
    };
    const read = readMessage(topic, message, { own: new Set(), others: new Set([otherSource]) });
    return read.kind === 'odds' ? [read.row] : [];
  });
  const beside = openHouse(await postgres.freshDatabase());
  await ensurePartitions(beside.pools.admin.pool, new Date());
  const copying = await seconds(() =>
    inTransaction(beside.pools.writer.pool, ({ client }) => landTold(client, 'odds', rows)),
  );
  say(`database ${perSecond(copying)} a second by COPY to a stage and INSERT … ON CONFLICT, one transaction`);
  const landing = await seconds(() =>
    inTransaction(beside.pools.writer.pool, (transaction) =>
      landMessages(
        transaction,
        rows.map((row): LandableMessage => ({ kind: 'odds', row })),
        { runId: 'bench', now: instant(Date.now()) },
      ),
    ),
  );
  say(`again    ${perSecond(landing)} a second of the same, of which none is new`);
  await beside.close();

  const house = openHouse(await postgres.freshDatabase());
  const consuming = await seconds(() =>
    asActivity(() => consumersOf(house, streams).consumeBatch({ topics: ['odds-stream'] })),
  );
  const { rows: counted } = await house.pool.query<{ n: number }>('select count(*) as n from raw_odds_data');
  const n = counted[0]?.n ?? 0;
  const share = copying / consuming;
  say(
    `consume  ${perSecond(consuming)} a second into ${n} committed rows of bronze, joining and leaving the group included`,
  );
  say(`share    ${(100 * share).toFixed(0)} % of the database alone (${100 * leastShare} % asked for)`);
  await house.close();
  failed = n !== messages || messages / consuming < leastRate || share < leastShare;
} finally {
  await Promise.all([kafka.stop(), postgres.stop()]);
}

if (Number(values.rounds) > 0) {
  const outcome = await streamRounds({
    rounds: Number(values.rounds),
    perRound: 300,
    seed: Number(values.seed),
    report: say,
  });
  say(JSON.stringify(outcome));
  const { published, bronze, silver, outOfOrder } = outcome;
  const counts = [bronze.rows, bronze.different, silver.rows, silver.different];
  if (counts.some((count) => count !== published) || outOfOrder.topic + outOfOrder.bronze > 0) failed = true;
}
say(failed ? 'MISSED' : 'held');
process.exit(failed ? 1 : 0);
