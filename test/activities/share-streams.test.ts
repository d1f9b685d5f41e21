import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { CancelledFailure } from '@temporalio/common';
import type { Consumed } from '../../activities/consume-streams.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { withAdmin } from '../../adapters/stream/connect.js';
import type { Streams } from '../../adapters/stream/open-streams.js';
import { consumerGroup } from '../../schemas/events/topics.js';
import { openHouse, type TestHouse } from '../support/house.js';
import { startTestKafka, type TestKafka } from '../support/kafka.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { forkReader } from '../support/stream-rounds.js';
import { aPrice, consumersOf, measured, publish, streamsOn } from '../support/streams.js';

let kafka: TestKafka;
let postgres: TestPostgres;
let streams: Streams;
let house: TestHouse;
let url: string;
beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startTestKafka(), startTestPostgres()]);
  streams = await streamsOn(kafka.brokers);
});
beforeEach(async () => {
  url = await postgres.freshDatabase();
  house = openHouse(url);
});
afterEach(() => house.close());
afterAll(async () => {
  await kafka.stop();
  await postgres.stop();
});

/** A reader in this process; it leaves as one whose worker shuts down. */
function startReader(): { leave(): Promise<void>; handled(): Promise<number> } {
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const meters = createMeters();
  const reading = environment.run<[], Consumed, () => Promise<Consumed>>(() =>
    consumersOf(house, streams, meters).consumeContinuously({ topics: ['odds-stream'], forMs: 3_600_000 }),
  );
  return {
    async leave() {
      environment.cancel();
      await expect(reading).rejects.toThrow(CancelledFailure);
    },
    handled: async () =>
      (await measured(
        meters,
        `kafka_messages_consumed_total{topic="odds-stream",consumer_group="${consumerGroup}"}`,
      )) ?? 0,
  };
}

/** Waits until the group has so many members and each knows its partitions. */
async function untilShared(members: number): Promise<void> {
  for (;;) {
    const { groups } = await withAdmin(streams.kafka, (admin) => admin.describeGroups([consumerGroup]));
    if (groups.some((group) => group.state === 'Stable' && group.members.length === members)) return;
    await sleep(200);
  }
}

const matches = 24;
const minute = 60_000;
/** Prices of as many matches, all partitions among them; those of one match follow each other. */
const round = (nth: number) =>
  Array.from({ length: matches * 10 }, (_, index) =>
    aPrice({
      match: `m-${index % matches}`,
      at: new Date(Date.UTC(2024, 7, 10) + (nth * 10 + Math.floor(index / matches)) * minute).toISOString(),
    }),
  );

const stored = async (): Promise<{ rows: number; different: number }> => {
  const { rows } = await house.pool.query<{ rows: number; different: number }>(
    'select count(*) as rows, count(distinct (external_match_id, collected_at)) as different from raw_odds_data',
  );
  return rows[0] ?? { rows: 0, different: 0 };
};

const all = (rounds: number) => ({ rows: rounds * matches * 10, different: rounds * matches * 10 });

it('of two readers one leaves while messages come: the other takes over, and every message is there once', async () => {
  const [first, second] = [startReader(), startReader()];
  await untilShared(2);
  await publish(streams, round(0));
  await expect.poll(async () => (await stored()).rows).toBe(all(1).rows);
  // Both have a part in it.
  expect(Math.min(await first.handled(), await second.handled())).toBeGreaterThan(0);
  const publishing = publish(streams, round(1));
  await first.leave();
  await publishing;
  await untilShared(1);
  await publish(streams, round(2));
  await expect.poll(stored).toEqual(all(3));
  await second.leave();
}, 240_000);

it('of two reading processes one is killed with -9: the other takes over, and every message is there once', async () => {
  const readers = [forkReader(kafka.brokers, url), forkReader(kafka.brokers, url)];
  try {
    await untilShared(2);
    await publish(streams, round(0));
    await expect.poll(async () => (await stored()).rows).toBeGreaterThan(0);
    const publishing = publish(streams, round(1));
    const killed = readers[0];
    if (killed !== undefined) {
      killed.kill('SIGKILL');
      await once(killed, 'exit');
    }
    await publishing;
    await publish(streams, round(2));
    // The group waits for the dead one as long as a session may be silent.
    await expect.poll(stored, { timeout: 180_000 }).toEqual(all(3));
  } finally {
    for (const reader of readers) {
      if (reader.exitCode !== null || reader.signalCode !== null) continue;
      const ended = once(reader, 'exit');
      reader.kill('SIGKILL');
      await ended;
    }
  }
}, 300_000);
