import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBuildGoldActivities } from '../../activities/build-gold.js';
import { createMaterialiseFeaturesActivities } from '../../activities/materialise-features.js';
import { onlineServices } from '../../activities/online-services.js';
import { createProcessStreamsActivities } from '../../activities/process-streams.js';
import { createPublishSilverActivities } from '../../activities/publish-silver.js';
import { createRefineBronzeActivities } from '../../activities/refine-bronze.js';
import { createRefinePricesActivities } from '../../activities/refine-prices.js';
import { createRefreshPredictionsActivities } from '../../activities/refresh-predictions.js';
import { redisCache } from '../../adapters/cache/redis-cache.js';
import type { TextCache } from '../../adapters/cache/text-cache.js';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { vectorStore } from '../../adapters/online/vector-store.js';
import { tellOfStreams } from '../../adapters/postgres/streams/results.js';
import { withStreamed } from '../../adapters/providers/registry.js';
import type { Streams } from '../../adapters/stream/open-streams.js';
import type { JobActivities } from '../../scripts/histories/stand-ins.js';
import { modelService } from '../../schemas/features/services.js';
import { instant } from '../../schemas/values.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startTestKafka, type TestKafka } from '../support/kafka.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { madeUpModel } from '../support/made-up-model.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { openTestPredictions, type TestPredictions } from '../support/predictions.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { aMatch, aPrice, aScore, consumersOf, otherSource, publish, streamsOn } from '../support/streams.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
let kafka: TestKafka;
let redis: TestRedis;
let postgres: TestPostgres;
let folder: TestFolder;
let streams: Streams;
let lake: TestLake;
/** What the jobs of a worker predict with, and what answers requests in another process: Redis is all that they share. */
let worker: TestPredictions;
let served: TestPredictions;
let features: TextCache;
const caches: TextCache[] = [];
beforeAll(async () => {
  [temporal, kafka, redis, postgres, folder] = await Promise.all([
    startTestTemporal(),
    startTestKafka(),
    startTestRedis(),
    startTestPostgres(),
    makeTestFolder(),
  ]);
  streams = await streamsOn(kafka.brokers);
  lake = await openTestLake(await postgres.freshDatabase(), folder.path);
  const modelsRoot = path.join(folder.path, 'models');
  const registry = openFileRegistry(modelsRoot);
  await registry.register(await madeUpModel(['E0']));
  await registry.advanceAlias('staging', 1);
  const open = async (): Promise<TextCache> => {
    const cache = await redisCache({
      url: redis.url,
      log: { warn: () => undefined, info: () => undefined },
    });
    caches.push(cache);
    return cache;
  };
  features = await open();
  const warn = (): void => undefined;
  worker = await openTestPredictions(lake, modelsRoot, { features, cache: await open(), warn });
  served = await openTestPredictions(lake, modelsRoot, {
    ...{ features: await open(), cache: await open(), warn },
  });
});
afterAll(async () => {
  await worker.close();
  await served.close();
  for (const cache of caches) await cache.close();
  await lake.close();
  await temporal.stop();
  await Promise.all([kafka.stop(), redis.stop(), postgres.stop(), folder.remove()]);
});

/** What a worker does between Kafka and a prediction, over this test's house. */
function realActivities(): Partial<JobActivities> {
  const { house } = lake;
  const { pool } = house.pools.writer;
  const { pool: adminPool } = house.pools.admin;
  return {
    ...consumersOf(house, streams),
    ...createProcessStreamsActivities({ pool, streamSources: [otherSource] }),
    ...createRefineBronzeActivities({
      ...{ pool, adminPool, tellRefined: tellOfStreams },
      providers: withStreamed({}, [otherSource]),
    }),
    ...createRefinePricesActivities({ pool, tellRefined: tellOfStreams }),
    ...createPublishSilverActivities({ pool: adminPool, lake: lake.lake }),
    ...createBuildGoldActivities({ pool: adminPool, lake: lake.lake }),
    ...createMaterialiseFeaturesActivities({
      ...{ store: vectorStore(features), source: lake.lake, pool, cache: null },
    }),
    ...createRefreshPredictionsActivities({ pool, predictions: worker.predictions }),
  };
}

const hour = 3_600_000;
const isoOf = (at: number): string => new Date(at).toISOString();

/** A match of the season that is on. */
function matchOf(match: string, home: string, away: string, kickoff: number) {
  const at = new Date(kickoff);
  const first = at.getUTCMonth() < 6 ? at.getUTCFullYear() - 1 : at.getUTCFullYear();
  const told = aMatch({ match, home, away, kickoff: isoOf(kickoff), at: isoOf(Date.now() - hour) });
  return {
    ...told,
    value: told.value.replace('2024-25', `${first}-${String((first + 1) % 100).padStart(2, '0')}`),
  };
}

const rowsOf = async <T extends object>(text: string): Promise<T[]> =>
  (await lake.house.pool.query<T>(text)).rows;

/** What is online of a match: its mean home price. */
async function homePriceOnline(matchId: number): Promise<unknown> {
  const [service] = await onlineServices([modelService]);
  if (service === undefined) throw new Error('The model has no service');
  const [stored] = await vectorStore(features).find(service, [matchId]);
  const vector = stored?.read();
  const place = service.columns.findIndex(({ name }) => name === 'home_odds_avg');
  return typeof vector === 'object' ? vector.values[place] : vector;
}

it('a price that is published on Kafka before the cutoff of a match that begins soon is in its features online, and another prediction is stored and told; that of a match further off waits', async () => {
  const kickoff = Date.now() + 3 * hour;
  const rivals = ['Fulham', 'Everton', 'Wolves'];
  const played = rivals.flatMap((rival, round) =>
    ['Arsenal', 'Chelsea'].map((home) => ({
      ...{ match: `${home}-${rival}`, home, rival },
      kickoff: kickoff - (round + 1) * 168 * hour,
    })),
  );
  await publish(streams, [
    matchOf('soon', 'Arsenal', 'Chelsea', kickoff),
    matchOf('later', 'Chelsea', 'Arsenal', kickoff + 48 * hour),
    ...played.map(({ match, home, rival, kickoff: at }) => matchOf(match, home, rival, at)),
    ...played.map(({ match, kickoff: at }) =>
      aScore({ match, at: isoOf(at + 2 * hour), status: 'completed', home: 2, minute: null }),
    ),
  ]);
  const price = (match: string, home: number) => aPrice({ match, home, at: isoOf(Date.now() - 1_000) });

  const run = await temporal.run(
    'processStreams',
    { forSeconds: 3_600 },
    realActivities(),
    async (handle) => {
      const { client } = temporal;
      const reading = await client.workflow.start('consumeStreams', {
        ...{ workflowId: 'reading', taskQueue: 'default', args: [{ mode: 'continuous' }] },
      });
      const matches = () =>
        rowsOf<{ id: number }>('select id from matches where match_time > now() order by match_time');
      await expect.poll(matches, { timeout: 120_000 }).toHaveLength(2);
      const soon = (await matches())[0]?.id ?? 0;
      const stored = () =>
        rowsOf<{ home: number }>(
          `select home_win_probability as home from predictions where match_id = ${soon} order by created_at, id`,
        );
      const asked = async () => {
        const [answer] = await served.predictions.predict({
          ...{ matchIds: [soon], now: instant(Date.now()), choice: 'serving' },
        });
        return answer;
      };
      await publish(streams, [price('soon', 2.3), price('later', 2.3)]);
      await expect.poll(stored, { timeout: 120_000 }).toHaveLength(1);
      expect(await homePriceOnline(soon)).toBe(2.3);
      // Nobody has asked for it before: the job has told it to Redis.
      const before = await asked();
      expect(before?.status).toBe('cached');

      await publish(streams, [price('soon', 1.9)]);
      await expect.poll(stored, { timeout: 240_000 }).toHaveLength(2);
      expect(await homePriceOnline(soon)).toBe(1.9);
      const after = await asked();
      expect(after?.status).toBe('cached');
      expect(after).not.toEqual(before);
      const [first, second] = await stored();
      expect(second?.home).not.toBe(first?.home);
      // Nothing is left to do, and of the other match nothing was begun.
      expect(
        await rowsOf('select match_id as id, version > predicted_version as waits from price_news'),
      ).toEqual([{ id: soon, waits: false }]);

      for (const workflowId of ['prediction-refresher', handle.workflowId, 'reading'])
        await client.workflow.getHandle(workflowId).cancel();
      await expect(reading.result()).rejects.toThrow();
      await expect(client.workflow.getHandle('prediction-refresher').result()).rejects.toThrow();
    },
  );
  expect(run.failure).toMatchObject({ name: 'CancelledFailure' });
}, 600_000);
