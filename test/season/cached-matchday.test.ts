import { afterAll, beforeAll, expect, it } from 'vitest';
import { cachedMatchday, type CachedMatchday } from '../../bench/support/cached-matchday.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

/** The matchday of `bench/cache.ts` in short: from an hour and a half before its first kick-off into its second half. */
let postgres: TestPostgres;
let played: CachedMatchday;
beforeAll(async () => {
  postgres = await startTestPostgres();
  played = await cachedMatchday(postgres.url, { matchday: 3, looksPerHour: [60], atMostHours: 2.5 });
}, 600_000);
afterAll(async () => {
  await postgres.stop();
});

it('of what one reader a match asks for once a minute, while prices and scores are written, 85 in a hundred are there', () => {
  const [{ asked, hits } = { asked: 0, hits: 0 }] = played.reads;
  expect(played.writes).toBeGreaterThan(20);
  expect(asked).toBeGreaterThan(1_000);
  expect(hits / asked).toBeGreaterThanOrEqual(0.85);
});

it('and what is told is what Postgres says at that moment', () => {
  expect(played.compared).toBeGreaterThan(10);
  expect(played.wrong).toBe(0);
});
