import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { predictionQuality } from '../../activities/prediction-quality.js';
import { setPredictionGauges } from '../../adapters/metrics/prediction-gauges.js';
import { predictionHouse, type PredictionHouse } from '../../bench/support/prediction-load.js';
import { metrics } from '../../schemas/metrics.js';
import { instant, toIso } from '../../schemas/values.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { openTestPredictions, type TestPredictions } from '../support/predictions.js';

const day = 24 * 3_600_000;
const model = 'model_name="football_baseline_model",model_version="1"';

let postgres: TestPostgres;
let folder: TestFolder;
let house: PredictionHouse;
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  house = await predictionHouse(postgres.url, folder.path, { matches: 3, rounds: 10 });
});
afterAll(async () => {
  await house.close();
  await postgres.stop();
  await folder.remove();
});

const open = (): Promise<TestPredictions> =>
  openTestPredictions(house.lake, path.join(folder.path, 'models'));
/** Matches that gold describes and that begin after now. */
const ahead = async (atMost: number): Promise<number[]> =>
  (
    await house.lake.lake.query(
      `select match_id::double as id from gold.match_features
       where match_status = 'scheduled' and match_time > '${toIso(house.now)}' order by match_time, match_id limit ${atMost}`,
    )
  ).map(({ id }) => Number(id));
/** The samples of a metric, by their labels. */
const samples = async ({ meters }: TestPredictions, name: string): Promise<ReadonlyMap<string, number>> =>
  new Map(
    (await meters.exposition()).text
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
      .map((line) => [
        line.slice(name.length, line.lastIndexOf(' ')),
        Number(line.slice(line.lastIndexOf(' ') + 1)),
      ]),
  );

it('each prediction that is made has its confidence and each request the time it took counted, by model and version; one that is told again is not', async () => {
  const predicting = await open();
  const matchIds = await ahead(1);
  const asked = { matchIds, now: house.now, choice: 'production' } as const;
  const [made] = await predicting.predictions.predict(asked);
  if (made?.status !== 'made') throw new Error(made?.status ?? 'No answer');
  expect(await predicting.predictions.predict(asked)).toMatchObject([{ status: 'cached' }]);
  const { confidence } = made.prediction;

  const confidences = 'football_prediction_confidence_score';
  expect(await samples(predicting, `${confidences}_count`)).toEqual(new Map([[`{${model}}`, 1]]));
  expect((await samples(predicting, `${confidences}_sum`)).get(`{${model}}`)).toBeCloseTo(confidence, 12);
  const buckets = await samples(predicting, `${confidences}_bucket`);
  for (const le of metrics[confidences].buckets)
    expect(buckets.get(`{le="${le}",${model}}`), `up to ${le}`).toBe(confidence <= le ? 1 : 0);

  const durations = 'football_model_prediction_duration_seconds';
  expect(await samples(predicting, `${durations}_count`)).toEqual(new Map([[`{${model}}`, 1]]));
  expect((await samples(predicting, `${durations}_sum`)).get(`{${model}}`)).toBeGreaterThan(0);
  expect((await samples(predicting, `${durations}_bucket`)).get(`{le="+Inf",${model}}`)).toBe(1);
  await predicting.close();
});

it('the predictions that were stored on each of seven days are counted by model and day of UTC', async () => {
  const predicting = await open();
  const { pool } = house.lake.house;
  await pool.query('delete from predictions');
  await pool.query('delete from prediction_keys');
  const matchIds = await ahead(2);
  await predicting.predictions.predict({ matchIds, now: house.now, choice: 'production' });
  // Writes down what was told.
  await predicting.close();

  const name = 'football_daily_predictions_count';
  const date = toIso(house.now).slice(0, 10);
  const daily = `{model_name="football_baseline_model",date="${date}"}`;
  setPredictionGauges(predicting.meters, await predictionQuality(pool, house.now));
  expect(await samples(predicting, name)).toEqual(new Map([[daily, 2]]));
  setPredictionGauges(predicting.meters, await predictionQuality(pool, instant(house.now + 6 * day)));
  expect(await samples(predicting, name)).toEqual(new Map([[daily, 2]]));
  setPredictionGauges(predicting.meters, await predictionQuality(pool, instant(house.now + 7 * day)));
  expect(await samples(predicting, name)).toEqual(new Map());
});
