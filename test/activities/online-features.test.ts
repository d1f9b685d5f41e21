import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCheckFeatureSkewActivities } from '../../activities/check-feature-skew.js';
import { createMaterialiseFeaturesActivities } from '../../activities/materialise-features.js';
import { onlineServices } from '../../activities/online-services.js';
import { memoryCache } from '../../adapters/cache/memory-cache.js';
import { redisCache } from '../../adapters/cache/redis-cache.js';
import type { TextCache } from '../../adapters/cache/text-cache.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { setSkewGauges } from '../../adapters/metrics/skew-gauges.js';
import { throughWriter, type VectorSource } from '../../adapters/online/vector-source.js';
import { vectorKey } from '../../adapters/online/vector-store.js';
import { vectorsTogether } from '../../adapters/online/vectors-together.js';
import { skewFigures } from '../../adapters/postgres/skew-checks.js';
import { FeatureValue, type OnlineService } from '../../schemas/features/online.js';
import { instant, instantFromIso, toIso, type Instant } from '../../schemas/values.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asActivity } from '../support/house.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { keepGoldFresh, serving } from '../support/online.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

const hour = 3_600_000;
const now = instantFromIso('2026-11-24T10:00:00Z');
const clockAt = (at: Instant) => ({ startsAt: at, realStart: Date.now(), speed: 0 });
const quiet = { warn: () => undefined, info: () => undefined };
const Match = z.object({ id: z.number(), at: z.string().transform((text) => instantFromIso(text)) });

let postgres: TestPostgres;
let redis: TestRedis;
let folder: TestFolder;
let lake: TestLake;
let cache: TextCache;
/** By the side of the store, to plant what it would not write. */
let plant: Redis;
let service: OnlineService;
let ahead: readonly z.infer<typeof Match>[];
beforeAll(async () => {
  [postgres, redis, folder] = await Promise.all([startTestPostgres(), startTestRedis(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'online/1', toIso(now));
  await lake.publish('online/2');
  await lake.buildGold('online/3');
  await keepGoldFresh(lake.house.pool);
  cache = await redisCache({ url: redis.url, log: quiet });
  plant = new Redis(redis.url);
  plant.on('error', () => undefined);
  const [found] = await onlineServices(['match_prediction_v1']);
  if (found === undefined) throw new Error('There is no such service');
  service = found;
  ahead = (
    await lake.lake.query(
      `select match_id as id, match_time as at from gold.match_features
       where match_status = 'scheduled' and match_time > '${toIso(now)}' order by match_time, match_id`,
    )
  ).map((row) => Match.parse(row));
});
beforeEach(async () => {
  await plant.flushall();
});
afterAll(async () => {
  plant.disconnect();
  await cache.close();
  await lake.close();
  await redis.stop();
  await postgres.stop();
  await folder.remove();
});

const ids = (): number[] => ahead.map(({ id }) => id);
const firstOf = <T>(items: readonly T[]): T => {
  const [first] = items;
  if (first === undefined) throw new Error('There is none');
  return first;
};
const materialise = (input: object = {}, over: TextCache = cache) =>
  asActivity(() =>
    createMaterialiseFeaturesActivities({ ...serving(lake, over), cache: null }).materialiseFeatures({
      hoursAhead: 60 * 24,
      clock: clockAt(now),
      ...input,
    }),
  );
const checkSkew = (runId: string) =>
  asActivity(() =>
    createCheckFeatureSkewActivities({
      pool: lake.house.pools.writer.pool,
      source: throughWriter(lake.lake),
    }).checkFeatureSkew({ runId }),
  );
const query = async (sql: string): Promise<unknown[]> =>
  (await lake.house.pool.query<Record<string, unknown>>(sql)).rows;

/** The frame of these matches at their cutoffs, as `features get` answers it: each value in the order of the service. */
async function offline(matches: typeof ahead): Promise<FeatureValue[][]> {
  const file = path.join(folder.path, 'asked.json');
  const out = path.join(folder.path, 'told.json');
  const rows = matches.map(({ id, at }) => ({ match_id: id, event_timestamp: toIso(instant(at - hour)) }));
  await writeFile(file, JSON.stringify(rows));
  await lake.lake.frame({ file, out, references: service.references });
  const told = z.array(z.record(z.string(), FeatureValue)).parse(JSON.parse(await readFile(out, 'utf8')));
  return told.map((row) => service.columns.map(({ name }) => row[name] ?? null));
}

describe('features online', () => {
  it('are to the bit those of the lake at the cutoff, for every match ahead, in the order of the service', async () => {
    expect(ahead.length).toBeGreaterThan(10);
    const told = await materialise();
    expect(told.services).toEqual(
      ['goals_prediction_v1', 'match_prediction_v1', 'match_prediction_v2'].map((name) => ({
        ...{ service: name, outcome: 'materialised', vectors: ahead.length },
      })),
    );
    const reversed = ids().toReversed();
    const rows = await serving(lake, cache).read(service, reversed, now);
    expect(rows.map(({ matchId, status }) => ({ matchId, status }))).toEqual(
      reversed.map((matchId) => ({ matchId, status: 'online' })),
    );
    expect(rows.map(({ values }) => values)).toEqual((await offline(ahead)).toReversed());
    const filled = rows.flatMap(({ values }) => values).filter((value) => value !== null);
    expect(filled.some((value) => typeof value === 'number' && !Number.isInteger(value))).toBe(true);
  });

  it('are as of the cutoff, or of when they were copied where that was earlier', async () => {
    await materialise();
    const { read } = serving(lake, cache);
    const first = firstOf(ahead);
    expect(await read(service, [first.id], now)).toMatchObject([{ status: 'online', asOf: now }]);
    const late = instant(first.at - hour / 2);
    await materialise({ clock: clockAt(late), matchIds: [first.id] });
    expect(await read(service, [first.id], late)).toMatchObject([{ asOf: first.at - hour }]);
  });

  it('of matches in a window alone are copied, and none of a match that has begun', async () => {
    const { at } = firstOf(ahead);
    const hours = (at - now) / hour;
    const inside = ahead.filter((match) => match.at <= at).length;
    const names = ['match_prediction_v1'];
    expect(await materialise({ services: names, hoursAhead: hours })).toMatchObject({
      services: [{ vectors: inside }],
    });
    expect(await materialise({ services: names, hoursAhead: hours, clock: clockAt(at) })).not.toMatchObject({
      services: [{ vectors: inside }],
    });
  });

  it('that are asked in play are not served online', async () => {
    await expect(materialise({ services: ['live_prediction_v1'] })).rejects.toMatchObject({
      name: 'BadInput',
    });
  });
});

describe('an online read refuses, with its status and no value, a vector that is', () => {
  const nulls = () => service.columns.map(() => null);
  const read = (matchIds: readonly number[], at = now) => serving(lake, cache).read(service, matchIds, at);

  it('older than the views of its service allow', async () => {
    await materialise();
    const { id } = firstOf(ahead);
    expect(await read([id], instant(now + 6 * hour))).toMatchObject([{ status: 'online' }]);
    expect(await read([id], instant(now + 6 * hour + 1))).toEqual([
      { matchId: id, status: 'stale', asOf: null, values: nulls() },
    ]);
  });

  it('of another kick-off than the match has now', async () => {
    await materialise();
    const { id } = firstOf(ahead);
    const move = (by: string) =>
      lake.house.pool.query(
        `update match_registry set match_time = match_time ${by} interval '30 minutes' where id = ${id}`,
      );
    await move('+');
    try {
      expect(await read([id])).toEqual([{ matchId: id, status: 'moved', asOf: null, values: nulls() }]);
    } finally {
      await move('-');
    }
    expect(await read([id])).toMatchObject([{ status: 'online' }]);
  });

  it('of another definition, of another match, or no vector at all', async () => {
    await materialise();
    const [one, other, third] = ids();
    const key = (id: number | undefined) => vectorKey(service, id ?? 0);
    const text = (await plant.get(key(one))) ?? '';
    expect(text).toContain(service.hash);
    await plant.set(key(one), text.replace(service.hash, 'f'.repeat(64)));
    await plant.set(key(other), text);
    await plant.set(key(third), '{"values":');
    const rows = await read([one ?? 0, other ?? 0, third ?? 0]);
    expect(rows.map(({ status }) => status)).toEqual(['foreign', 'foreign', 'foreign']);
    expect(rows.map(({ values }) => values)).toEqual([nulls(), nulls(), nulls()]);
  });

  it('of a match that nobody knows, beside others that are answered, in the order asked', async () => {
    await materialise();
    const { id } = firstOf(ahead);
    const rows = await read([2 ** 40, id, id, 2 ** 41]);
    expect(rows.map(({ matchId, status }) => [matchId, status])).toEqual([
      [2 ** 40, 'unknown'],
      [id, 'online'],
      [id, 'online'],
      [2 ** 41, 'unknown'],
    ]);
    expect(rows[0]?.values).toEqual(nulls());
  });
});

describe('what is not in the store', () => {
  it('is computed from the lake, the same to the bit, and is there from then on', async () => {
    const { read } = serving(lake, cache);
    const computed = await read(service, ids(), now);
    expect(new Set(computed.map(({ status }) => status))).toEqual(new Set(['computed']));
    expect(computed.map(({ values }) => values)).toEqual(await offline(ahead));
    const online = await read(service, ids(), now);
    expect(online).toEqual(computed.map((row) => ({ ...row, status: 'online' })));
  });

  it('is so too in a process without a Redis, which keeps it in memory', async () => {
    const { read } = serving(lake, memoryCache());
    expect(await read(service, ids().slice(0, 3), now)).toMatchObject([{ status: 'computed' }, {}, {}]);
    expect(await read(service, ids().slice(0, 3), now)).toMatchObject([{ status: 'online' }, {}, {}]);
  });
});

it('fifty who ask for what no store has, and others meanwhile, have the lake read twice, and each is told its own', async () => {
  const reads: number[] = [];
  const source: VectorSource = {
    vectors(asked) {
      reads.push('matchIds' in asked.matches ? asked.matches.matchIds.length : NaN);
      return lake.lake.vectors(asked);
    },
  };
  const together = vectorsTogether(source);
  const of = (...matchIds: number[]) => together.vectors({ service, matches: { matchIds } });
  const [one = 0, other = 0] = ids();
  const first = Array.from({ length: 50 }, () => of(one));
  // The first question goes once whoever asks beside it has asked.
  await Promise.resolve();
  const second = [of(other), of(one, other), of()];
  const told = (await Promise.all([...first, ...second])).map((vectors) =>
    vectors.map(({ matchId }) => matchId).sort((a, b) => a - b),
  );
  expect(told.slice(0, 50)).toEqual(first.map(() => [one]));
  expect(told.slice(50)).toEqual([[other], [one, other].sort((a, b) => a - b), []]);
  expect(reads).toEqual([1, 2]);
});

it('while Redis is killed no read fails and no job does; when it is back it serves again', async () => {
  await materialise();
  const meters = createMeters();
  const { read } = serving(lake, cache, meters);
  const before = await read(service, ids(), now);
  await redis.kill();
  try {
    const away = await read(service, ids(), now);
    expect(away).toEqual(before.map((row) => ({ ...row, status: 'computed' })));
    expect(await materialise()).toMatchObject({
      services: [{ outcome: 'store_away' }, { outcome: 'store_away' }, { outcome: 'store_away' }],
    });
  } finally {
    await redis.start();
  }
  await expect.poll(async () => (await read(service, ids(), now))[0]?.status).toBe('online');
  expect(await read(service, ids(), now)).toEqual(before);
  const { text } = await meters.exposition();
  expect(text).toContain(
    `football_data_feature_vectors_served_total{service="match_prediction_v1",status="computed"}`,
  );
});

describe('what was served', () => {
  it('is logged as it was told, and equals the lake as of then, also once the lake has gone on', async () => {
    await checkSkew('online/before');
    await materialise();
    await serving(lake, cache).read(service, [...ids(), 2 ** 40], now);
    expect(
      await query(
        `select service, origin, count(*)::int as n, min(as_of) = min(served_at) as "asOf" from served_feature_vectors
         where id > (select max(served_until) from feature_skew_checks) group by 1, 2`,
      ),
    ).toEqual([{ service: 'match_prediction_v1', origin: 'online', n: ahead.length, asOf: true }]);
    await lake.lake.write((connection) =>
      connection.run('update lake.gold.odds_features set home_odds_avg = home_odds_avg + 1'),
    );
    const check = { compared: ahead.length, notComparable: 0, mismatches: [] };
    expect(await checkSkew('online/equal')).toEqual(check);
    expect(await checkSkew('online/equal')).toEqual(check);
    expect(await checkSkew('online/none')).toEqual({ compared: 0, notComparable: 0, mismatches: [] });
  });

  it('otherwise than the lake says is found, with its feature and how far it is off, and asks a person once', async () => {
    await materialise();
    const [one, other] = ids();
    const place = service.columns.findIndex(({ name }) => name === 'home_recent_5_goals_for');
    for (const [id, by] of [
      [one ?? 0, 1],
      [other ?? 0, 3],
    ] as const) {
      const key = vectorKey(service, id);
      const vector = z
        .looseObject({ values: z.array(FeatureValue) })
        .parse(JSON.parse((await plant.get(key)) ?? ''));
      const values = vector.values.with(place, Number(vector.values[place]) + by);
      await plant.set(key, JSON.stringify({ ...vector, values }));
    }
    await serving(lake, cache).read(service, ids(), now);
    const found = {
      ...{ service: 'match_prediction_v1', feature: 'home_recent_5_goals_for', mismatches: 2, largest: 3 },
    };
    for (const times of [1, 2]) {
      expect(await checkSkew('online/planted'), String(times)).toEqual({
        ...{ compared: ahead.length, notComparable: 0, mismatches: [found] },
      });
    }
    expect(
      await query(
        `select field, severity, requires_manual_review as asks, error_data -> 'examples' -> 0 ->> 'matchId' as match, error_message as says
         from data_quality_logs where error_type = 'feature_skew'`,
      ),
    ).toEqual([
      {
        field: 'match_prediction_v1.home_recent_5_goals_for',
        severity: 'high',
        asks: true,
        match: String(one),
        says: 'match_prediction_v1: home_recent_5_goals_for was served 2 times otherwise than the lake says as of then, by 3 at most',
      },
    ]);
    const meters = createMeters();
    setSkewGauges(meters, { services: [service], figures: await skewFigures(lake.house.pool) });
    const { text } = await meters.exposition();
    const labels = 'service="match_prediction_v1",feature';
    expect(text).toContain(
      `football_data_feature_skew_mismatches_total{${labels}="home_recent_5_goals_for"} 2`,
    );
    expect(text).toContain(`football_data_feature_skew_size{${labels}="home_recent_5_goals_for"} 3`);
    expect(text).toContain(`football_data_feature_skew_mismatches_total{${labels}="bookmaker_count"} 0`);
    await serving(lake, cache).read(service, [ids().at(-1) ?? 0], now);
    await checkSkew('online/well again');
    expect(await skewFigures(lake.house.pool)).toEqual([
      { ...{ service: 'match_prediction_v1', feature: 'home_recent_5_goals_for' }, mismatches: 2, size: 0 },
    ]);
  });

  it('by a definition or a snapshot that is no more is not compared, and counted', async () => {
    await lake.house.pool.query(
      `insert into served_feature_vectors (served_at, service, schema_hash, match_id, origin, cutoff, as_of, lake_snapshot, feature_values)
       select served_at, service, case n when 1 then 'gone' else schema_hash end, match_id, origin, cutoff, as_of,
         case n when 2 then 1000000 else lake_snapshot end, feature_values
       from (select * from served_feature_vectors order by id desc limit 1) v, generate_series(1, 2) n`,
    );
    expect(await checkSkew('online/gone')).toEqual({ compared: 0, notComparable: 2, mismatches: [] });
  });
});
