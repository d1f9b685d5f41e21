import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ToldPrediction, ToldPredictions } from '../../schemas/api/predictions.js';
import { registeredModelName } from '../../schemas/records/model.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { openFilledHouse, type FilledHouse } from '../support/filled-house.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let folder: TestFolder;
let house: FilledHouse;
let api: TestApi;
const unknown = 999_999;

beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  house = await openFilledHouse(postgres.url, folder.path);
});
beforeEach(async () => {
  await query('delete from predictions');
  await query('delete from prediction_keys');
  api = await openTestApi(house.lake, house.modelsRoot, { now: house.now });
  return () => api.close();
});
afterAll(async () => {
  await house.lake.close();
  await postgres.stop();
  await folder.remove();
});

const query = async (sql: string, values: readonly unknown[] = []): Promise<readonly unknown[]> =>
  (await house.lake.house.pool.query<Record<string, unknown>>(sql, [...values])).rows;
const ask = (matchId: number, search = '') =>
  api.app.inject({ url: `/api/v1/predictions/${matchId}${search}` });
const told = async (matchId: number, search = ''): Promise<z.infer<typeof ToldPrediction>> => {
  const answer = await ask(matchId, search);
  expect(`${answer.statusCode} ${answer.body.slice(0, 300)}`).toMatch(/^200 /);
  return ToldPrediction.parse(z.object({ data: z.unknown() }).parse(answer.json()).data);
};
const next = (): number => house.ahead[0] ?? unknown;
const last = (): number => house.played[0] ?? unknown;

/** A prediction of a match as it was stored so long before it began. */
const storeBefore = (matchId: number, interval: string, version = '1') =>
  query(
    `insert into predictions (match_id, model_version, model_name, home_win_probability, draw_probability, away_win_probability,
       predicted_result, confidence_score, features_used, prediction_metadata, created_at)
     select id, $3, $4, .5, .3, .2, 'home', .5, '{}', '{}', match_time - $2::interval from match_registry where id = $1`,
    [matchId, interval, version, registeredModelName],
  );

describe('of a match that lies ahead', () => {
  it('a prediction is made, stored and told with every column of its row; asked again, the same is told', async () => {
    const first = await told(next());
    expect(first).toMatchObject({ match_id: next(), source: 'real_time', explanation: null });
    const { prediction } = first;
    expect(
      prediction.home_win_probability + prediction.draw_probability + prediction.away_win_probability,
    ).toBeCloseTo(1, 3);
    expect(await query('select id, match_id, model_version, predicted_result from predictions')).toEqual([
      {
        ...{ id: prediction.id, match_id: next(), model_version: '1' },
        predicted_result: prediction.predicted_result,
      },
    ]);
    expect(Object.keys(prediction.features_used).length).toBeGreaterThan(20);
    expect(await told(next())).toEqual({ ...first, source: 'cached' });
  });

  it('explained, it is taken apart: its opinions add up to the whole', async () => {
    const { explanation, prediction } = await told(next(), '?explain=true');
    const whole = Math.log(prediction.home_win_probability / prediction.away_win_probability);
    expect(explanation?.home_over_away).toBeCloseTo(whole, 2);
    expect(explanation?.terms.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(
      explanation?.home_over_away ?? NaN,
      6,
    );
    expect((await told(next())).explanation).toBeNull();
  });

  it('where no version is in production, who asks for that one gets 503, and no prediction', async () => {
    const answer = await ask(next(), '?model=production');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'prerequisite_missing', data: null });
    expect(await query('select from predictions')).toEqual([]);
  });

  it('where no version is registered at all, nothing is predicted: 503', async () => {
    const empty = path.join(folder.path, 'no-models');
    await mkdir(empty, { recursive: true });
    const without = await openTestApi(house.lake, empty, { now: house.now });
    try {
      const answer = await without.app.inject({ url: `/api/v1/predictions/${next()}` });
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2']);
    } finally {
      await without.close();
    }
  });
});

describe('of a match that has begun', () => {
  it('nothing is predicted any more: 409, and nothing is stored', async () => {
    const answer = await ask(last());
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toMatchObject({ code: 'out_of_turn' });
    expect((await ask(last(), '?explain=true')).statusCode).toBe(409);
    expect(await query('select from predictions')).toEqual([]);
  });

  it('the last that was said before it began is told, and nothing that was said later', async () => {
    await storeBefore(last(), '2 hours');
    await storeBefore(last(), '30 minutes', '2');
    await storeBefore(last(), '-30 minutes', '3');
    for (const search of ['', '?explain=true']) {
      expect(await told(last(), search)).toMatchObject({
        ...{ source: 'cached', explanation: null },
        prediction: { model_version: '2' },
      });
    }
  });
});

it('a match that nobody knows has none: 404; what is no id is refused: 422', async () => {
  expect((await ask(unknown)).statusCode).toBe(404);
  for (const id of ['0', '-1', '1.5', 'abc', '1e3', '99999999999999999999', '%00']) {
    expect((await api.app.inject({ url: `/api/v1/predictions/${id}` })).statusCode, id).toBe(422);
  }
});

it('of many matches each has its answer: one that cannot be predicted keeps no other from it', async () => {
  const [one = NaN, other = NaN] = house.ahead;
  const answer = await api.app.inject({
    ...{ method: 'POST', url: '/api/v1/predictions' },
    payload: { match_ids: [one, unknown, last(), other, one] },
  });
  expect(answer.statusCode).toBe(200);
  const data = ToldPredictions.parse(z.object({ data: z.unknown() }).parse(answer.json()).data);
  expect(data).toMatchObject({ predicted: 2, refused: 2 });
  expect(
    data.predictions.map((said) => [said.match_id, said.status === 'refused' ? said.reason : said.source]),
  ).toEqual([
    [one, 'real_time'],
    [unknown, 'unknown'],
    [last(), 'begun'],
    [other, 'real_time'],
  ]);
});

it('a list of matches that is empty, too long or no list of ids is refused', async () => {
  for (const match_ids of [[], Array.from({ length: 1_001 }, (_, at) => at + 1), ['1'], [0], [1.5], 'all']) {
    const answer = await api.app.inject({
      ...{ method: 'POST', url: '/api/v1/predictions', payload: { match_ids } },
    });
    expect(answer.statusCode).toBe(422);
  }
});
