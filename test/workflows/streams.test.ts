import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { landMessages, type LandableMessage } from '../../activities/land-messages.js';
import { createProcessStreamsActivities } from '../../activities/process-streams.js';
import { readMessage } from '../../activities/read-messages.js';
import { createRefineBronzeActivities } from '../../activities/refine-bronze.js';
import { createRefinePricesActivities } from '../../activities/refine-prices.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { withStreamed } from '../../adapters/providers/registry.js';
import type { Streams } from '../../adapters/stream/open-streams.js';
import { instant } from '../../schemas/values.js';
import type { JobActivities } from '../../scripts/histories/stand-ins.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestKafka, type TestKafka } from '../support/kafka.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { aMatch, aPrice, aScore, consumersOf, otherSource, publish, streamsOn } from '../support/streams.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
let kafka: TestKafka;
let postgres: TestPostgres;
let streams: Streams;
let house: TestHouse;
beforeAll(async () => {
  [temporal, kafka, postgres] = await Promise.all([
    startTestTemporal(),
    startTestKafka(),
    startTestPostgres(),
  ]);
  streams = await streamsOn(kafka.brokers);
});
beforeEach(async () => {
  house = openHouse(await postgres.freshDatabase());
});
afterEach(() => house.close());
afterAll(async () => {
  await temporal.stop();
  await kafka.stop();
  await postgres.stop();
});

/** What a worker does between Kafka and silver, over this test's house. */
const realActivities = (): Partial<JobActivities> => {
  const { pool } = house.pools.writer;
  return {
    ...consumersOf(house, streams),
    ...createProcessStreamsActivities({ pool, streamSources: [otherSource] }),
    ...createRefineBronzeActivities({
      ...{ pool, adminPool: house.pools.admin.pool },
      providers: withStreamed({}, [otherSource]),
    }),
    ...createRefinePricesActivities({ pool }),
  };
};

const count = async (table: string): Promise<number> =>
  (await house.pool.query<{ n: number }>(`select count(*) as n from ${table}`)).rows[0]?.n ?? 0;

/** Stores messages, as a reader does with a batch. */
async function land(messages: readonly ReturnType<typeof aPrice>[]): Promise<void> {
  const read = messages.flatMap(({ topic, key, value }): LandableMessage[] => {
    const message = { offset: 0, key: Buffer.from(key), value: Buffer.from(value), headers: {} };
    const sources = { own: new Set<string>(), others: new Set([otherSource]) };
    const one = readMessage(topic, { ...message, timestamp: Date.now() }, sources);
    return one.kind === 'unreadable' || one.kind === 'own' ? [] : [one];
  });
  await inTransaction(house.pools.writer.pool, (transaction) =>
    landMessages(transaction, read, { runId: 'test', now: instant(Date.now()) }),
  );
}

/** Prices of one match, a minute apart, each another than the one before. */
const storePrices = ({ from, count: prices }: { readonly from: number; readonly count: number }) =>
  land(
    Array.from({ length: prices }, (_, place) => {
      const at = new Date(Date.UTC(2024, 7, 20) + (from + place) * 60_000).toISOString();
      return aPrice({ at, home: 2 + (from + place) / 100 });
    }),
  );

const alone = { result: { outcome: 'skipped', reason: 'Another run reads the streams' } };

describe('continuous and batch runs exclude each other', () => {
  it('while a continuous run reads, a batch run and another continuous one are skipped; once it is cancelled a batch run reads on', async () => {
    await publish(streams, [aMatch(), aPrice()]);
    const continuous = await temporal.run(
      'consumeStreams',
      { mode: 'continuous' },
      realActivities(),
      async (handle) => {
        await expect.poll(() => count('raw_odds_data')).toBe(1);
        for (const mode of ['batch', 'continuous']) {
          const other: unknown = await temporal.client.workflow.execute('consumeStreams', {
            ...{ workflowId: `beside-${mode}`, taskQueue: 'default', args: [{ mode }] },
          });
          expect(other).toMatchObject({ ...alone, counts: { handled: 0 } });
        }
        await handle.cancel();
      },
    );
    expect(continuous.failure).toMatchObject({ name: 'CancelledFailure' });
    await publish(streams, [aPrice({ home: 2.2, at: '2024-08-20T11:00:00Z' })]);
    const batch = await temporal.run('consumeStreams', { mode: 'batch' }, realActivities());
    expect(batch.result).toMatchObject({
      result: { outcome: 'succeeded' },
      counts: { handled: 1, stored: 1 },
    });
    // A batch run goes on to silver by itself.
    expect(await count('odds')).toBe(2);
  }, 240_000);

  it('while a batch run reads, a continuous run is skipped', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const real = realActivities();
    const batch = await temporal.run(
      'consumeStreams',
      { mode: 'batch' },
      {
        ...real,
        consumeBatch: async (input) => {
          await held;
          return (await real.consumeBatch?.(input)) ?? { kind: 'skipped', reason: 'nobody reads' };
        },
      },
      async (_, calls) => {
        await expect.poll(() => calls.map(({ activity }) => activity)).toContain('consumeBatch');
        const other: unknown = await temporal.client.workflow.execute('consumeStreams', {
          ...{ workflowId: 'beside-a-batch', taskQueue: 'default', args: [{ mode: 'continuous' }] },
        });
        expect(other).toMatchObject(alone);
        release();
      },
    );
    expect(batch.result).toMatchObject({ result: { outcome: 'succeeded' } });
  }, 240_000);
});

it('features are calculated of what was there when it began, while a writer stores prices faster than they are brought to silver', async () => {
  const real = realActivities();
  const { refineBatch, refinePrices } = real;
  if (refineBatch === undefined || refinePrices === undefined) throw new Error('Nothing refines');
  const waiting = 3;
  await storePrices({ from: 0, count: waiting });
  await land([aMatch()]);
  let stored = waiting;
  /** The next price is there before the batch looks, and after it. */
  const beside = async <T>(batch: () => Promise<T>): Promise<T> => {
    await storePrices({ from: stored++, count: 1 });
    const result = await batch();
    await storePrices({ from: stored++, count: 1 });
    return result;
  };
  const run = await temporal.run(
    'calculateFeatures',
    {},
    {
      ...real,
      refineBatch: (bounds) => beside(() => refineBatch(bounds)),
      refinePrices: (bounds) => beside(() => refinePrices({ ...bounds, limit: 1 })),
    },
  );
  expect(run.result).toEqual({ outcome: 'succeeded' });
  expect(run.steps.slice(-3)).toEqual(['publishSilver', 'buildGold', 'materialiseFeatures']);
  const { rows } = await house.pool.query<{ status: string }>(
    'select process_status as status from raw_odds_data order by collected_at limit $1',
    [waiting],
  );
  expect(rows).toEqual(Array(waiting).fill({ status: 'done' }));
  expect(stored).toBeGreaterThan(waiting);
}, 240_000);

it('what messages bring is brought to silver as it comes, scores too', async () => {
  const real = realActivities();
  await publish(streams, [aMatch(), aPrice()]);
  const run = await temporal.run('processStreams', { forSeconds: 3_600 }, real, async (handle, calls) => {
    // It waits by then: bronze has nothing yet.
    await expect.poll(() => calls.map(({ activity }) => activity)).toContain('awaitPending');
    const reading = await temporal.client.workflow.start('consumeStreams', {
      ...{ workflowId: 'reading', taskQueue: 'default', args: [{ mode: 'continuous' }] },
    });
    await expect.poll(() => count('odds')).toBe(1);
    await publish(streams, [
      aPrice({ home: 2.3, at: '2024-08-20T11:00:00Z' }),
      aScore({ status: 'completed', home: 2, at: '2024-08-24T16:00:00Z', minute: null }),
    ]);
    await expect.poll(() => count('odds')).toBe(2);
    await expect
      .poll(async () => (await house.pool.query<object>('select match_status, home_score from matches')).rows)
      .toEqual([{ match_status: 'completed', home_score: 2 }]);
    await reading.cancel();
    await expect(reading.result()).rejects.toThrow();
    // Whichever run of the chain it is by now.
    await temporal.client.workflow.getHandle(handle.workflowId).cancel();
  });
  expect(run.failure).toMatchObject({ name: 'CancelledFailure' });
}, 240_000);
