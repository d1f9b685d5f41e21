import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { streamHealth } from '../../activities/check-streams.js';
import { createRefineBronzeActivities } from '../../activities/refine-bronze.js';
import { createRefinePricesActivities } from '../../activities/refine-prices.js';
import { createRelayStreamsActivities } from '../../activities/relay-streams.js';
import { storeTold } from '../../activities/store-told.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { outboxState } from '../../adapters/postgres/streams/outbox.js';
import { putRefinedIntoOutbox } from '../../adapters/postgres/streams/results.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { odds } from '../../adapters/providers/api_football/odds.js';
import { providersOf } from '../../adapters/providers/registry.js';
import { streamedMatches } from '../../adapters/providers/streamed/streamed.js';
import { batchingProducer } from '../../adapters/stream/batching-producer.js';
import type { Streams } from '../../adapters/stream/open-streams.js';
import { quoteRow } from '../../domain/collect/told-row.js';
import { OddsEnvelope } from '../../schemas/events/envelope.js';
import { processedTopic, type StreamedType } from '../../schemas/events/topics.js';
import { instant, instantFromIso } from '../../schemas/values.js';
import { anAnswer } from '../support/api-football-payloads.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { startTestKafka, type TestKafka } from '../support/kafka.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { aMatch, aPrice, consumeAll, heardOn, publish, streamsOn } from '../support/streams.js';

let kafka: TestKafka;
let postgres: TestPostgres;
let streams: Streams;
let house: TestHouse;
beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startTestKafka(), startTestPostgres()]);
  streams = await streamsOn(kafka.brokers);
});
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
});
afterEach(async () => {
  await house.close();
});
afterAll(async () => {
  await kafka.stop();
  await postgres.stop();
});

const priceOf = (fixture: number, home: string) => ({
  league: { id: 39, name: 'Premier League', country: 'England', season: 2024 },
  fixture: { id: fixture, timezone: 'UTC', date: '2024-08-20T19:00:00+00:00', timestamp: 1_724_180_400 },
  update: '2024-08-20T10:00:00+00:00',
  bookmakers: [
    {
      ...{ id: 8, name: 'Bet365' },
      bets: [
        {
          ...{ id: 1, name: 'Match Winner' },
          values: [
            { value: 'Home', odd: home },
            { value: 'Draw', odd: '3.40' },
            { value: 'Away', odd: '3.60' },
          ],
        },
      ],
    },
  ],
});

/** Stores the price of a match as its collector does. */
const tell = (
  fixture: number,
  home: string,
  minute: number,
  published: readonly StreamedType[] = ['odds'],
): Promise<unknown> => {
  const at = instant(instantFromIso('2024-08-20T10:00:00Z') + minute * 60_000);
  const { told } = odds.read(
    anAnswer([priceOf(fixture, home)]),
    { path: '/odds', parameters: {}, cost: 1 },
    at,
  );
  return inTransaction(house.pool, (transaction) =>
    storeTold(transaction, {
      ...{ kind: 'odds', dataSource: 'api_football', at, published: new Set(published) },
      rows: told.map(({ record, raw }) => quoteRow(record, raw)),
    }),
  );
};

const relays = () => {
  const access = { url: undefined, key: undefined };
  const keys = { apiFootball: access, oddsApi: access, scoresApi: access };
  return createRelayStreamsActivities({
    ...{ pool: house.pools.writer.pool, adminPool: house.pools.admin.pool, streams, meters: createMeters() },
    providers: providersOf(keys, () => instant(Date.now())),
  });
};

/** Relays until nothing waits. */
async function relayAll(sideBySide = 1): Promise<void> {
  let isOver = false;
  const lanes = Array.from({ length: sideBySide }, async () => {
    while (!isOver) await asActivity(() => relays().relayOutbox({ forMs: 2_000 }));
  });
  while ((await outboxState(house.pool)).waiting > 0) await sleep(50);
  isOver = true;
  await Promise.all(lanes);
}

const since = async (from: number, match: string) =>
  (await heardOn(streams, 'odds-stream', from)).filter(({ key }) => key === match);

it('what a collector stores is published in its order, keyed by the match, in the words of the envelope', async () => {
  const from = Date.now();
  for (const [minute, home] of ['2.10', '2.20', '2.10'].entries()) await tell(101, home, minute);
  await tell(102, '1.90', 0);
  await relayAll(3);
  const heard = await since(from, '101');
  const told = heard.map(({ value }) => OddsEnvelope.parse(JSON.parse(value)));
  expect(told.map(({ data }) => data.home_odds)).toEqual([2.1, 2.2, 2.1]);
  expect(told[0]).toMatchObject({
    ...{ timestamp: '2024-08-20T10:00:00.000Z', source: 'api_football', schema_version: 1 },
    ...{ bookmaker: 'Bet365', market_type: '1x2', data: { match_id: '101', draw_odds: 3.4, away_odds: 3.6 } },
  });
  expect(new Set(heard.map(({ partition }) => partition)).size).toBe(1);
  expect(await since(from, '102')).toHaveLength(1);
});

it('what is stored by a transaction that fails, or by a collector that is not streamed, is not published', async () => {
  await tell(201, '2.10', 0, ['scores']);
  await expect(
    inTransaction(house.pool, async ({ client }) => {
      await client.query(
        `insert into stream_outbox (data_type, data_source, message_key, dedup_key, collected_at) values ('odds', 'x', 'y', 'z', now())`,
      );
      throw new Error('the disk is full');
    }),
  ).rejects.toThrow('the disk is full');
  expect(await outboxState(house.pool)).toMatchObject({ waiting: 0 });
});

it('a broker that is killed delays no collection, and has all that was stored meanwhile once it is back', async () => {
  const from = Date.now();
  await tell(301, '2.10', 0);
  await kafka.kill();
  const relaying = asActivity(() => relays().relayOutbox({ forMs: 60_000 })).catch(() => undefined);
  for (const minute of [1, 2, 3]) await tell(301, `2.${minute}5`, minute);
  // An hour of it: what waits is kept however long, and who looks is told.
  await house.pool.query(`update stream_outbox set created_at = created_at - interval '1 hour'`);
  expect(await asActivity(() => relays().removeRelayedRows({ keepHours: 0 }))).toEqual({ removed: 0 });
  expect(await outboxState(house.pool)).toMatchObject({ waiting: 4 });
  const { reachable, problems } = await streamHealth({ pool: house.pools.reader.pool, streams }, 600);
  expect(reachable).toBe(false);
  expect(problems[0]).toMatch(/^4 rows wait in the outbox, the oldest for 3[67]\d\d s$/);
  await kafka.start();
  await relayAll();
  await relaying;
  const heard = (await since(from, '301')).map(
    ({ value }) => OddsEnvelope.parse(JSON.parse(value)).data.home_odds,
  );
  // Published once more where the broker had it and could not say so; never out of order.
  expect([...new Set(heard)]).toEqual([2.1, 2.15, 2.25, 2.35]);
}, 240_000);

it('a message is sent whenever it comes, also while others are on their way', async () => {
  const producer = await batchingProducer(streams.kafka, createMeters());
  const { topic, key, value } = aPrice({ match: 'whenever' });
  const sent: Promise<void>[] = [];
  for (let message = 0; message < 300; message += 1) {
    sent.push(producer.send({ topic, key, value, dataType: 'test' }));
    await sleep(message % 13);
  }
  expect(await Promise.all(sent)).toHaveLength(300);
  await producer.close();
});

it('what was published is removed after its time, and nothing else', async () => {
  await tell(401, '2.10', 0);
  await relayAll();
  await tell(401, '2.20', 1);
  expect(await asActivity(() => relays().removeRelayedRows({ keepHours: 1 }))).toEqual({ removed: 0 });
  await house.pool.query(
    `update stream_outbox set relayed_at = now() - interval '2 hours' where relayed_at is not null`,
  );
  expect(await asActivity(() => relays().removeRelayedRows({ keepHours: 1 }))).toEqual({ removed: 1 });
  expect(await outboxState(house.pool)).toMatchObject({ waiting: 1 });
});

it('what became silver is told on processed-data-stream, in the transaction that made it so', async () => {
  const from = Date.now();
  const kickoff = new Date(from + 48 * 3_600_000).toISOString();
  const at = new Date(from).toISOString();
  await publish(streams, [aMatch({ match: 'p-1', kickoff, at }), aPrice({ match: 'p-1', at })]);
  await consumeAll(house, streams);
  const { pool } = house.pools.writer;
  const tellRefined = putRefinedIntoOutbox;
  const refining = createRefineBronzeActivities({
    ...{ pool, adminPool: house.pools.admin.pool, tellRefined },
    providers: { data_collector: streamedMatches },
  });
  await house.prepareSilver();
  await asActivity(() => refining.refineBatch({ limit: 10 }));
  await asActivity(() => createRefinePricesActivities({ pool, tellRefined }).refinePrices({ limit: 10 }));
  await relayAll();
  const told = (await heardOn(streams, processedTopic, from)).map(
    ({ value }) => JSON.parse(value) as unknown,
  );
  const { rows } = await house.pool.query<{ id: number }>('select id from matches');
  const data = { match_id: rows[0]?.id, match_status: 'scheduled' };
  expect(told).toMatchObject([
    { data_type: 'match', source: 'stream_processor', schema_version: 1, data },
    { data_type: 'odds', data },
  ]);
});
