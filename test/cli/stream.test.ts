import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { streamHealth } from '../../activities/check-streams.js';
import type { Streams } from '../../adapters/stream/open-streams.js';
import { touchlineHere, type Ended } from '../support/command-line.js';
import { consumerGroup } from '../../schemas/events/topics.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestKafka, type TestKafka } from '../support/kafka.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { aPrice, consumeAll, publish, streamsOn } from '../support/streams.js';

let kafka: TestKafka;
let postgres: TestPostgres;
let streams: Streams;
let house: TestHouse;
beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startTestKafka(), startTestPostgres()]);
});
afterAll(async () => {
  await kafka.stop();
  await postgres.stop();
});

const call = (...args: readonly string[]): Promise<Ended> =>
  touchlineHere(['stream', ...args], { KAFKA_BROKERS: kafka.brokers });

async function ask(...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await call(...args, '--json');
  expect(`${code} ${code === 0 ? '' : stderr}`.trim()).toBe('0');
  return JSON.parse(stdout);
}

beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
});
afterEach(() => house.close());

it('without brokers every command of the streams says which setting is missing', async () => {
  const { code, stderr } = await touchlineHere(['stream', 'lag'], { KAFKA_BROKERS: '' });
  expect(code).not.toBe(0);
  expect(stderr).toContain('KAFKA_BROKERS');
});

it('topics are planned, made as declared once, and kept for another time until they are applied again', async () => {
  const planned = z.array(z.looseObject({ kind: z.string(), name: z.string() })).parse(await ask('plan'));
  expect(planned).toHaveLength(7);
  expect(new Set(planned.map(({ kind }) => kind))).toEqual(new Set(['create']));
  expect((await call('dlq', 'list', 'odds-stream')).stderr).toContain('touchline stream apply');
  expect((await call('lag')).stdout).toContain('touchline stream apply');
  expect(await ask('apply')).toEqual(planned);
  expect(await ask('plan')).toEqual([]);
  expect(await ask('retention', 'odds-stream', '1')).toEqual({
    topic: 'odds-stream',
    retentionMs: 3_600_000,
  });
  expect(await ask('plan')).toEqual([
    { kind: 'change', name: 'odds-stream', setting: 'retention.ms', from: '3600000', to: '43200000' },
  ]);
  await ask('apply');
  expect(await ask('plan')).toEqual([]);
  const listed = z.array(z.looseObject({ name: z.string() })).parse(await ask('topics'));
  expect(listed.map(({ name }) => name)).toEqual(planned.map(({ name }) => name));
  expect(listed).toContainEqual({ name: 'odds-stream', partitions: 6, retentionMs: 43_200_000, messages: 0 });
});

describe('with the topics as declared', () => {
  beforeAll(async () => {
    streams = await streamsOn(kafka.brokers);
  });

  const Letters = z.array(z.looseObject({ offset: z.number(), value: z.string(), cause: z.string() }));
  const refuse = (match: string): Promise<unknown> =>
    house.pool.query(
      `alter table raw_odds_data add constraint ck_refused check (external_match_id <> '${match}')`,
    );

  it('dead letters are listed with their cause, published again once it is mended, and then gone', async () => {
    await refuse('dlq-2');
    const told = ['dlq-1', 'dlq-2', 'dlq-3'].map((match) => aPrice({ match }));
    await publish(
      streams,
      told.map((message) => ({ ...message, headers: { trace: 'abc' } })),
    );
    expect(await consumeAll(house, streams)).toMatchObject({ counts: { stored: 2, failed: 1 } });
    const listed = Letters.parse(await ask('dlq', 'list', 'odds-stream'));
    expect(listed).toMatchObject([
      {
        ...{ attempts: 3, key: 'dlq-2', value: told[1]?.value, from: { topic: 'odds-stream' } },
        cause: expect.stringContaining('ck_refused') as unknown,
      },
    ]);
    expect((await call('dlq', 'list', 'odds-stream')).stdout).toContain('1 dead letters.');

    await house.pool.query('alter table raw_odds_data drop constraint ck_refused');
    expect(await ask('dlq', 'retry', 'odds-stream')).toEqual(listed);
    expect(await ask('dlq', 'list', 'odds-stream')).toEqual([]);
    expect(await consumeAll(house, streams)).toMatchObject({ counts: { handled: 1, stored: 1, failed: 0 } });
    const { rows } = await house.pool.query(
      `select external_match_id as id from raw_odds_data order by external_match_id`,
    );
    expect(rows).toEqual([{ id: 'dlq-1' }, { id: 'dlq-2' }, { id: 'dlq-3' }]);
  });

  it('dead letters are dropped up to a place, and the rest with the next drop', async () => {
    const bad = ['one', 'two', 'three'].map((value) => ({ topic: 'odds-stream', key: 'bad', value }));
    await publish(streams, bad);
    expect(await consumeAll(house, streams)).toMatchObject({ counts: { failed: 3 } });
    const listed = Letters.parse(await ask('dlq', 'list', 'odds-stream'));
    expect(listed.map(({ value }) => value)).toEqual(['one', 'two', 'three']);
    const second = listed[1]?.offset ?? -1;
    const dropped = Letters.parse(await ask('dlq', 'drop', 'odds-stream', '--up-to', String(second)));
    expect(dropped.map(({ value }) => value)).toEqual(['one', 'two']);
    expect(Letters.parse(await ask('dlq', 'list', 'odds-stream')).map(({ value }) => value)).toEqual([
      'three',
    ]);
    await ask('dlq', 'drop', 'odds-stream');
    expect((await call('dlq', 'list', 'odds-stream')).stdout).toContain('odds-stream has no dead letters.');
  });

  it('a topic is read again from an instant to no effect, and lag says how much is left', async () => {
    const from = Date.now();
    const Lags = z.array(z.looseObject({ messages: z.number() }));
    const behind = async (): Promise<number> =>
      Lags.parse(await ask('lag')).reduce((sum, { messages }) => sum + messages, 0);
    await publish(
      streams,
      ['lag-1', 'lag-2'].map((match) => aPrice({ match })),
    );
    expect(await behind()).toBe(2);
    await consumeAll(house, streams);
    expect(await behind()).toBe(0);
    const count = async () =>
      (await house.pool.query<{ n: number }>('select count(*) as n from raw_odds_data')).rows[0]?.n;
    expect(await count()).toBe(2);
    await ask('reset', 'odds-stream', '--to', 'latest');
    await ask('reset', 'odds-stream', '--to', new Date(from).toISOString());
    expect(await behind()).toBe(2);
    expect(await consumeAll(house, streams)).toMatchObject({ counts: { handled: 2, stored: 0, known: 2 } });
    expect(await count()).toBe(2);
  });

  it('the group tells who reads which partitions, and that nobody does', async () => {
    const consumer = streams.kafka.consumer({ groupId: consumerGroup });
    await consumer.connect();
    await consumer.subscribe({ topics: ['scores-stream'] });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
    await joined;
    expect(await ask('group')).toMatchObject({
      ...{ group: consumerGroup, state: 'Stable' },
      members: [{ host: '127.0.0.1', reads: [{ topic: 'scores-stream', partitions: [0, 1, 2] }] }],
    });
    expect((await call('group')).stdout).toContain('Stable, 1 reader');
    // A group that is read is not set to another place.
    expect((await call('reset', 'scores-stream', '--to', 'latest')).stderr).toContain(
      'End the readers first',
    );
    await consumer.disconnect();
    expect(await ask('group')).toMatchObject({ state: 'Empty', members: [] });
  });

  it('health is well where nobody is behind, and names who is, and brokers that are away', async () => {
    await consumeAll(house, streams);
    const look = () => streamHealth({ pool: house.pools.reader.pool, streams }, 600);
    expect(await look()).toMatchObject({ reachable: true, problems: [] });
    await house.pool.query(
      `insert into stream_outbox (data_type, data_source, message_key, dedup_key, collected_at, created_at)
       values ('odds', 'x', 'y', 'z', now(), now() - interval '1 hour')`,
    );
    expect((await look()).problems).toEqual([
      expect.stringMatching(/^1 rows wait in the outbox, the oldest for 3[67]\d\d s$/),
    ]);
    await kafka.kill();
    const { reachable, problems } = await look();
    expect(reachable).toBe(false);
    expect(problems).toHaveLength(2);
    expect(problems[1]).toContain('Kafka cannot be reached');
  });
});
