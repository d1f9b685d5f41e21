import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCleanCacheActivities } from '../../activities/clean-cache.js';
import { redisStore } from '../../adapters/cache/redis-store.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { PrerequisiteMissing } from '../../schemas/errors.js';
import { asActivity } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';
import { insertRow, matchRow, seedMatch } from '../support/silver-rows.js';

let postgres: TestPostgres;
let redis: TestRedis;
let database: OpenDatabase;
beforeAll(async () => {
  [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()]);
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await database.db.destroy();
  await redis.stop();
  await postgres.stop();
});

it('prices of matches that are over and predictions a week after the match go, and nothing else does', async () => {
  const { pool } = database;
  const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
  const [old, played, ahead] = [
    await seedMatch(pool, daysAgo(8)),
    await seedMatch(pool, daysAgo(2)),
    await seedMatch(pool, daysAgo(-2)),
  ];
  for (const match of [old, played]) await insertRow(pool, 'matches', matchRow(match));
  await insertRow(pool, 'matches', {
    ...matchRow(ahead),
    match_status: 'scheduled',
    home_score: null,
    away_score: null,
  });
  const store = await redisStore({
    ...{ url: redis.url, patienceMs: 5_000, log: { warn: () => undefined, info: () => undefined } },
  });
  const keys = [old, played, ahead].flatMap(({ matchId }) => [
    ...[`odds:${matchId}:bet365`, `odds:${matchId}:bookmakers:all`, `predictions:${matchId}:v2`],
    ...[`match:${matchId}:processed`, `match:${matchId}:features:match_prediction_v2`],
  ]);
  const foreign = ['odds:somebody', 'predictions:999999:latest', 'other'];
  await store.write([...keys, ...foreign].map((key) => ({ key, versions: [1], text: '1', keptMs: 60_000 })));

  const tidying = createCleanCacheActivities({ pool, store });
  expect(await asActivity(() => tidying.cleanCache())).toEqual({ removed: 5 });
  expect(await asActivity(() => tidying.cleanCache())).toEqual({ removed: 0 });
  const gone = [
    `odds:${old.matchId}:bet365`,
    `odds:${old.matchId}:bookmakers:all`,
    `predictions:${old.matchId}:v2`,
  ].concat([`odds:${played.matchId}:bet365`, `odds:${played.matchId}:bookmakers:all`]);
  const left: string[] = [];
  for await (const some of store.scan('*')) left.push(...some);
  expect(left.sort()).toEqual([...keys, ...foreign].filter((key) => !gone.includes(key)).sort());
  await store.close();
});

it('without a Redis it is skipped', async () => {
  const tidying = createCleanCacheActivities({ pool: database.pool, store: null });
  await expect(asActivity(() => tidying.cleanCache())).rejects.toBeInstanceOf(PrerequisiteMissing);
});
