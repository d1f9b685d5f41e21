import { randomUUID } from 'node:crypto';
import { createConsumeStreamsActivities, type Consumed } from '../../activities/consume-streams.js';
import { createMeters, type Meters } from '../../adapters/metrics/meters.js';
import { batchingProducer, type OutgoingMessage } from '../../adapters/stream/batching-producer.js';
import { withAdmin } from '../../adapters/stream/connect.js';
import { openStreams, type Streams } from '../../adapters/stream/open-streams.js';
import { applyTopics, findTopics, planTopics } from '../../adapters/stream/topic-plan.js';
import { topics, type DataTopic } from '../../schemas/events/topics.js';
import { asActivity, type TestHouse } from './house.js';

/** The producer of others whose messages the tests' house takes. */
export const otherSource = 'data_collector';

/** A client of a test's broker, which has every topic afterwards. */
export async function streamsOn(brokers: string): Promise<Streams> {
  const streams = openStreams([brokers], { warn: () => undefined });
  if (streams === undefined) throw new Error('There are no brokers');
  await withAdmin(streams.kafka, async (admin) => {
    await applyTopics(admin, planTopics(topics, await findTopics(admin, topics)));
  });
  return streams;
}

/** The consumers of a house. */
export const consumersOf = (house: TestHouse, streams: Streams, meters: Meters = createMeters()) =>
  createConsumeStreamsActivities({
    ...{ pool: house.pools.writer.pool, adminPool: house.pools.admin.pool, streams, meters },
    sources: { own: new Set(['api_football']), others: new Set([otherSource]) },
  });

/** Brings to bronze what is there. */
export const consumeAll = (
  house: TestHouse,
  streams: Streams,
  topicsToRead: readonly DataTopic[] = ['matches-stream', 'odds-stream', 'scores-stream'],
): Promise<Consumed> =>
  asActivity(() => consumersOf(house, streams).consumeBatch({ topics: [...topicsToRead], batchSize: 500 }));

/** Publishes texts as they are. */
export async function publish(
  streams: Streams,
  messages: readonly Pick<OutgoingMessage, 'topic' | 'key' | 'value' | 'headers'>[],
  meters: Meters = createMeters(),
): Promise<void> {
  const producer = await batchingProducer(streams.kafka, meters);
  await Promise.all(messages.map((message) => producer.send({ ...message, dataType: 'test' })));
  await producer.close();
}

interface Told {
  readonly match?: string;
  readonly at?: string;
  readonly source?: string;
}

/** A message about a price of a match. */
export function aPrice({
  match = 'm-1',
  at = '2024-08-20T10:00:00Z',
  source = otherSource,
  home = 2.1,
  bookmaker = 'Bet365',
}: Told & { readonly home?: number; readonly bookmaker?: string } = {}) {
  const data = {
    ...{ match_id: match, bookmaker, market_type: '1x2', home_odds: home, draw_odds: 3.4, away_odds: 3.6 },
    collected_at: at,
  };
  const envelope = { timestamp: at, data_type: 'odds', source, bookmaker, market_type: '1x2', data };
  return { topic: 'odds-stream', key: match, value: JSON.stringify(envelope) };
}

/** A message about how a match stands. */
export function aScore({
  match = 'm-1',
  at = '2024-08-24T15:00:00Z',
  source = otherSource,
  status = 'live',
  home = 1,
  away = 0,
  minute = 60,
}: Told & {
  readonly status?: string;
  readonly home?: number;
  readonly away?: number;
  readonly minute?: number | null;
} = {}) {
  const data = {
    ...{ match_id: match, match_status: status, home_score: home, away_score: away },
    ...{ match_minute: minute, home_ht_score: null, away_ht_score: null },
  };
  const envelope = {
    ...{ timestamp: at, data_type: 'scores', source, schema_version: 1 },
    ...{ match_status: status, match_minute: minute, data },
  };
  return { topic: 'scores-stream', key: match, value: JSON.stringify(envelope) };
}

/** A message about a match of the Premier League. */
export function aMatch({
  match = 'm-1',
  at = '2024-08-01T10:00:00Z',
  source = otherSource,
  kickoff = '2024-08-24T14:00:00Z',
  home = 'Arsenal',
  away = 'Chelsea',
}: Told & { readonly kickoff?: string; readonly home?: string; readonly away?: string } = {}) {
  const data = {
    ...{ match_id: match, home_team_id: home, away_team_id: away, league_id: 'E0', season: '2024-25' },
    ...{ match_time: kickoff, match_status: 'scheduled', venue: null, referee: null },
  };
  const envelope = { timestamp: at, data_type: 'match', source, schema_version: 1, data };
  return { topic: 'matches-stream', key: match, value: JSON.stringify(envelope) };
}

/** A message that was heard. */
export interface HeardMessage {
  readonly key: string;
  readonly value: string;
  readonly partition: number;
}

/** All that a topic holds that was published since, partition by partition, in order. */
export async function heardOn(
  streams: Streams,
  topic: string,
  since: number,
): Promise<readonly HeardMessage[]> {
  const ends = await withAdmin(streams.kafka, (admin) => admin.fetchTopicOffsets(topic));
  const left = new Map(
    ends.flatMap(({ partition, low, high }) =>
      Number(high) > Number(low) ? [[partition, Number(high)] as const] : [],
    ),
  );
  const heard: HeardMessage[] = [];
  if (left.size === 0) return heard;
  const consumer = streams.kafka.consumer({ groupId: `test-${randomUUID()}`, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        const { partition, messages } = batch;
        for (const { key, value, timestamp } of messages) {
          if (Number(timestamp) < since) continue;
          heard.push({ key: key?.toString() ?? '', value: value?.toString() ?? '', partition });
        }
        if (Number(batch.lastOffset()) + 1 >= (left.get(partition) ?? 0)) left.delete(partition);
        if (left.size === 0) resolve();
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
  return heard;
}

/** What a series of a process's meters stands at; undefined where it has none: `kafka_messages_consumed_total{topic="odds-stream",…}`. */
export async function measured(meters: Meters, series: string): Promise<number | undefined> {
  const { text } = await meters.exposition();
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}
