import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  predictionHouse,
  sendRequests,
  servingProcess,
  type PredictionHouse,
} from '../../bench/support/prediction-load.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

// bench/predictions.ts says how soon; here, that all of them are answered and stored.
let postgres: TestPostgres;
let folder: TestFolder;
let house: PredictionHouse;
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  house = await predictionHouse(postgres.url, folder.path, { matches: 60, rounds: 10 });
});
afterAll(async () => {
  await house.close();
  await postgres.stop();
  await folder.remove();
});

it('requests that come faster than they are answered are all answered, made first and told again then, and each match is stored once', async () => {
  const serving = await servingProcess(house, { redisUrl: undefined, telling: 'again' });
  const load = { aSecond: 200, seconds: 0.3 };
  expect((await sendRequests(serving, house, load)).answers).toEqual({ made: 60 });
  const again = await sendRequests(serving, house, load);
  expect(again.answers).toEqual({ cached: 60 });
  expect(again.took.every((milliseconds) => milliseconds > 0)).toBe(true);
  await serving.close();
  const { rows } = await house.lake.house.pool.query<{ n: number }>(
    'select count(*)::int as n from predictions',
  );
  expect(rows).toEqual([{ n: 60 }]);
});
