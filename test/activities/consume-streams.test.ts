import type { SeekEntry } from 'kafkajs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCheckStreamsActivities } from '../../activities/check-streams.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { refineScoredKeys } from '../../adapters/postgres/scored-keys.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { withAdmin } from '../../adapters/stream/connect.js';
import { readDeadLetters } from '../../adapters/stream/dead-letters.js';
import { groupLag } from '../../adapters/stream/lag.js';
import type { Streams } from '../../adapters/stream/open-streams.js';
import { consumedTopics, consumerGroup } from '../../schemas/events/topics.js';
import { asActivity, openHouse, type TestHouse } from '../support/house.js';
import { startTestKafka, type TestKafka } from '../support/kafka.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import {
  aMatch,
  aPrice,
  aScore,
  consumeAll,
  consumersOf,
  measured,
  otherSource,
  publish,
  streamsOn,
} from '../support/streams.js';

let kafka: TestKafka;
let postgres: TestPostgres;
let streams: Streams;
let house: TestHouse;
/** Where each test begins: the topics keep what came before. */
let starts: readonly { readonly topic: string; readonly partitions: readonly SeekEntry[] }[];
beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startTestKafka(), startTestPostgres()]);
  streams = await streamsOn(kafka.brokers);
});
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
  starts = await withAdmin(streams.kafka, (admin) =>
    Promise.all(
      consumedTopics.map(async (topic) => ({
        topic,
        partitions: (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({
          partition,
          offset: high,
        })),
      })),
    ),
  );
});
afterEach(async () => {
  await house.close();
});
afterAll(async () => {
  await kafka.stop();
  await postgres.stop();
});

const count = async (table: string): Promise<number> =>
  (await house.pool.query<{ n: number }>(`select count(*) as n from ${table}`)).rows[0]?.n ?? 0;

/** Sets the group back to where the test began. */
const forget = (): Promise<void> =>
  withAdmin(streams.kafka, async (admin) => {
    for (const start of starts)
      await admin.setOffsets({ groupId: consumerGroup, ...start, partitions: [...start.partitions] });
  });

describe('messages of a producer of others', () => {
  it('become rows of bronze, as they came, under the id that they give the match', async () => {
    const price = aPrice({ home: 2.25 });
    await publish(streams, [aMatch(), price, aScore()]);
    expect(await consumeAll(house, streams)).toMatchObject({
      kind: 'consumed',
      counts: { handled: 3, stored: 3, known: 0, failed: 0 },
    });
    const { rows } = await house.pool.query(
      `select data_source, external_match_id, bookmaker, market_type, record_key, raw_data, process_status from raw_odds_data`,
    );
    expect(rows).toEqual([
      {
        ...{ data_source: otherSource, external_match_id: 'm-1', bookmaker: 'Bet365', market_type: '1x2' },
        ...{
          record_key: 'Bet365|1x2|',
          raw_data: JSON.parse(price.value) as unknown,
          process_status: 'pending',
        },
      },
    ]);
    const lags = await groupLag(streams.kafka, consumerGroup, consumedTopics);
    expect(lags.map(({ messages }) => messages)).toEqual(lags.map(() => 0));
  });

  it('reach silver by the refine that all of bronze goes through', async () => {
    await publish(streams, [
      ...[aMatch(), aMatch({ match: 'm-2', home: 'Everton', away: 'Fulham' })],
      ...[aPrice(), aPrice({ home: 2.2, at: '2024-08-20T11:00:00Z' })],
      ...[aScore(), aScore({ status: 'completed', home: 2, at: '2024-08-24T16:00:00Z', minute: null })],
    ]);
    await consumeAll(house, streams);
    // In a batch of its own: the matches that it does not tell of stay.
    await publish(streams, [aMatch({ match: 'm-3', home: 'Brentford', away: 'Wolves' })]);
    await consumeAll(house, streams);
    await inTransaction(house.pool, ({ client }) => refineScoredKeys(client, otherSource));
    await house.refine();
    const matches = await house.pool.query(
      `select m.match_status, m.home_score, m.away_score, h.name as home from matches m join teams h on h.id = m.home_team_id order by home`,
    );
    expect(matches.rows).toEqual([
      { match_status: 'completed', home_score: 2, away_score: 0, home: 'Arsenal' },
      { match_status: 'scheduled', home_score: null, away_score: null, home: 'Brentford' },
      { match_status: 'scheduled', home_score: null, away_score: null, home: 'Everton' },
    ]);
    const odds = await house.pool.query(`select home_odds from odds order by collected_at`);
    expect(odds.rows).toEqual([{ home_odds: 2.1 }, { home_odds: 2.2 }]);
  });

  it('add no row when the whole topic is read again, nor when they are published twice, a price that came back among them', async () => {
    const told = [
      ...[aMatch(), aMatch({ kickoff: '2024-08-25T14:00:00Z', at: '2024-08-02T10:00:00Z' }), aMatch()],
      ...[2.1, 2.2, 2.1].map((home, hour) => aPrice({ home, at: `2024-08-20T1${hour}:00:00Z` })),
      aScore(),
    ];
    await publish(streams, told);
    await consumeAll(house, streams);
    const tables = ['raw_match_data', 'raw_odds_data', 'raw_scores_data', 'edition_rows'];
    const before = await Promise.all(tables.map(count));
    expect(before).toEqual([2, 3, 1, 2]);
    await forget();
    expect(await consumeAll(house, streams)).toMatchObject({ counts: { handled: 7, stored: 0 } });
    await publish(streams, told);
    expect(await consumeAll(house, streams)).toMatchObject({ counts: { handled: 7, stored: 0 } });
    expect(await Promise.all(tables.map(count))).toEqual(before);
  });
});

it('what this house has published itself is not stored a second time', async () => {
  await publish(streams, [aPrice({ source: 'api_football' })]);
  expect(await consumeAll(house, streams)).toMatchObject({
    counts: { handled: 1, own: 1, stored: 0, failed: 0 },
  });
  expect(await count('raw_odds_data')).toBe(0);
});

describe('a message that cannot be handled', () => {
  const bad = {
    topic: 'odds-stream',
    key: 'm-9',
    value: '{"not": "an envelope"}',
    headers: { trace: 'abc' },
  };

  it('goes to the dead letters as it was, with its cause, and stops none of those around it', async () => {
    await publish(streams, [
      ...[aPrice(), bad, aPrice({ match: 'm-2' })],
      ...[
        { ...bad, value: 'no JSON' },
        aPrice({ source: 'unheard_of' }),
        { ...aScore(), topic: 'odds-stream' },
      ],
      aPrice({ match: 'm-4', at: '2199-01-01T00:00:00Z' }),
      aPrice({ match: 'm-5\0' }),
    ]);
    expect(await consumeAll(house, streams)).toMatchObject({ counts: { handled: 8, stored: 2, failed: 6 } });
    const letters = await withAdmin(streams.kafka, (admin) =>
      readDeadLetters(streams.kafka, admin, 'odds-stream'),
    );
    expect(letters.map(({ cause }) => cause).sort()).toEqual([
      expect.stringContaining('data_type: '),
      expect.stringContaining('data_type: scores is not what odds-stream carries'),
      'it holds a character that Postgres does not take',
      'it is no JSON object',
      expect.stringContaining('its time lies after its publication'),
      'source: nobody declared unheard_of (KAFKA_SOURCES)',
    ]);
    const letter = letters.find(({ value }) => value.toString() === bad.value);
    expect(letter).toMatchObject({ attempts: 3, from: { topic: 'odds-stream' } });
    expect(letter?.key?.toString()).toBe('m-9');
    expect(String(letter?.headers['trace'])).toBe('abc');
  });

  it('that only Postgres refuses is found among the others, which are stored', async () => {
    await house.pool.query(
      `alter table raw_odds_data add constraint ck_refused check (external_match_id <> 'm-7')`,
    );
    await publish(
      streams,
      Array.from({ length: 12 }, (_, index) => aPrice({ match: `m-${index}` })),
    );
    expect(await consumeAll(house, streams)).toMatchObject({
      counts: { handled: 12, stored: 11, failed: 1 },
    });
    expect(await count('raw_odds_data')).toBe(11);
    const lags = await groupLag(streams.kafka, consumerGroup, ['odds-stream']);
    expect(lags.map(({ messages }) => messages)).toEqual(lags.map(() => 0));
  });
});

// Last: what it leaves unread is nobody else's.
it('what is published and read is measured: messages, batches, dead letters, how long a batch takes', async () => {
  const meters = createMeters();
  await publish(streams, [aPrice(), aPrice({ match: 'm-2' }), { ...aPrice(), value: 'no JSON' }], meters);
  await asActivity(() => consumersOf(house, streams, meters).consumeBatch({ topics: ['odds-stream'] }));
  const series = {
    'kafka_messages_produced_total{topic="odds-stream",data_type="test"}': 3,
    [`kafka_messages_consumed_total{topic="odds-stream",consumer_group="${consumerGroup}"}`]: 3,
    'football_stream_dead_letters_total{topic="odds-stream"}': 1,
  };
  for (const [name, value] of Object.entries(series))
    expect([name, await measured(meters, name)]).toEqual([name, value]);
  expect(await measured(meters, 'kafka_producer_batch_size_avg{topic="odds-stream"}')).toBeGreaterThan(100);
  expect(
    await measured(meters, 'stream_processing_duration_seconds_count{operation_type="land"}'),
  ).toBeGreaterThan(0);

  const checking = createCheckStreamsActivities({ pool: house.pools.reader.pool, meters, streams });
  await publish(streams, [aPrice({ match: 'm-3' })]);
  await asActivity(() => checking.checkStreams({ maxLagSeconds: 600 }));
  const lags = await Promise.all(
    Array.from({ length: 6 }, (_, partition) =>
      measured(meters, `kafka_consumer_lag_seconds{topic="odds-stream",partition="${partition}"}`),
    ),
  );
  expect(lags.filter((lag) => lag !== undefined && lag > 0)).toHaveLength(1);
});
