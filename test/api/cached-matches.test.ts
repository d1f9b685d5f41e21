import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { warmMatches } from '../../activities/cached-match.js';
import { openResponses, type OpenResponses } from '../../adapters/cache/open-responses.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { MatchToldAnswer } from '../../schemas/api/match-told.js';
import { PriceHistory } from '../../schemas/api/matches.js';
import { instant, instantFromIso } from '../../schemas/values.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

const meters = createMeters();
const now = instantFromIso('2026-11-24T10:00:00Z');
const log = { warn: () => undefined, info: () => undefined };

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let responses: OpenResponses;
let api: TestApi;
/** The same house without a cache that tells what it kept. */
let plain: TestApi;
let matchId: number;
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'matches/1', '2026-11-24T10:00:00Z');
  const { rows } = await lake.house.pool.query<{ id: number }>(
    `select id from matches where match_status = 'completed' order by match_time desc, id limit 1`,
  );
  matchId = rows[0]?.id ?? NaN;
  responses = await openResponses({
    ...{ redisUrl: undefined, url: postgres.url, applicationName: 'hears', meters, log },
    pool: lake.house.pools.reader.pool,
  });
  api = await openTestApi(lake, `${folder.path}/models`, { cache: responses.cache });
  plain = await openTestApi(lake, `${folder.path}/models`);
});
afterAll(async () => {
  await api.close();
  await plain.close();
  await responses.close();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

const ask = async <T>(of: TestApi, url: string, data: z.ZodType<T>): Promise<T> => {
  const answer = await of.app.inject({ url, headers: { host: '127.0.0.1:8000' } });
  expect(answer.statusCode).toBe(200);
  return z.object({ data }).parse(answer.json()).data;
};
const readMatch = (of = api, id = matchId) => ask(of, `/api/v1/matches/${id}`, MatchToldAnswer);
const readPrices = (of = api, query = '') =>
  ask(of, `/api/v1/matches/${matchId}/prices${query}`, PriceHistory);
const counted = async (type: string, status: string): Promise<number> => {
  const { text } = await meters.exposition();
  return Number(new RegExp(`get",cache_type="${type}",status="${status}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
};

it('a match, the form of its teams, their meetings and its prices are read once, and told the same as without a cache', async () => {
  const first = [
    await readMatch(),
    await readPrices(),
    await readPrices(api, '?bookmaker=bet365&market=1x2'),
  ];
  expect([await counted('match_info', 'hit'), await counted('team_stats', 'hit')]).toEqual([0, 0]);
  const again = [
    await readMatch(),
    await readPrices(),
    await readPrices(api, '?bookmaker=bet365&market=1x2'),
  ];
  expect(again).toEqual(first);
  expect(
    await Promise.all([
      readMatch(plain),
      readPrices(plain),
      readPrices(plain, '?bookmaker=bet365&market=1x2'),
    ]),
  ).toEqual(first);
  expect([
    await counted('match_info', 'hit'),
    await counted('team_stats', 'hit'),
    await counted('historical_stats', 'hit'),
    await counted('odds_data', 'hit'),
  ]).toEqual([1, 2, 1, 2]);
});

it('what is written is told soon after its commit: a result, a price', async () => {
  const [before, prices] = [await readMatch(), await readPrices()];
  await lake.house.pool.query(
    `insert into fixture_revisions (match_id, data_source, known_at, known_at_basis, raw_id, match_time, kickoff_precision, match_status, home_score, away_score)
     select match_id, data_source, now(), 'observed', raw_id, match_time, kickoff_precision, 'completed', 9, 9
     from fixture_revisions where match_id = $1 limit 1`,
    [matchId],
  );
  await expect.poll(async () => (await readMatch()).match.home_score).toBe(9);
  await lake.house.pool.query(
    `insert into odds (match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds, collected_at,
       recorded_at, known_at_basis, raw_id)
     select match_id, data_source, 'a new one', '1x2', 'book', 'prematch', 9.5, 3, 3, collected_at, recorded_at, known_at_basis, raw_id
     from odds where match_id = $1 limit 1`,
    [matchId],
  );
  await expect.poll(async () => (await readPrices()).history.length).toBe(prices.history.length + 1);
  await expect.poll(async () => (await readMatch()).match.prices).toBe(before.match.prices + 1);
  expect(await readMatch()).toEqual(await readMatch(plain));
});

it('what was known at an instant is asked for and not kept', async () => {
  const asked = await counted('match_info', 'hit');
  const then = `?as_of=${new Date(now).toISOString()}`;
  await ask(api, `/api/v1/matches/${matchId}${then}`, MatchToldAnswer);
  await ask(api, `/api/v1/matches/${matchId}${then}`, MatchToldAnswer);
  expect(await counted('match_info', 'hit')).toBe(asked);
});

it('a match that nobody knows is none until somebody tells of it', async () => {
  for (let times = 0; times < 2; times += 1) {
    const answer = await api.app.inject({
      url: '/api/v1/matches/999999',
      headers: { host: '127.0.0.1:8000' },
    });
    expect(answer.statusCode).toBe(404);
  }
});

it('matches that begin soon are ready before somebody asks', async () => {
  const { rows } = await lake.house.pool.query<{ id: number; at: Date }>(
    `select id, match_time as at from matches where match_status = 'scheduled' order by match_time, id limit 1`,
  );
  const [next] = rows;
  if (next === undefined) throw new Error('No match is ahead');
  const until = instant(next.at.getTime());
  await warmMatches(responses.cache, lake.house.pool, instant(until - 3_600_000), until);
  const misses = () =>
    Promise.all(['match_info', 'team_stats', 'historical_stats'].map((type) => counted(type, 'miss')));
  const before = await misses();
  await readMatch(api, next.id);
  expect(await misses()).toEqual(before);
});
