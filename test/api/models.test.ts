import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFileRegistry } from '../../adapters/models/registry/file-registry.js';
import { recordDecision } from '../../adapters/postgres/model-promotions.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { registeredModelName } from '../../schemas/records/model.js';
import { instantFromIso } from '../../schemas/values.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { versionOfRun } from '../support/registered-model.js';

const now = instantFromIso('2026-11-24T10:00:00Z');

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let api: TestApi;

beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  const modelsRoot = `${folder.path}/models`;
  const registry = openFileRegistry(modelsRoot);
  for (let run = 1; run <= 11; run += 1) await registry.register(versionOfRun(`train/${run}`));
  await registry.advanceAlias('staging', 11);
  await registry.moveProduction(9);
  await registry.moveProduction(10);
  await registry.setSplit({ version: 9, share: 0.25 });
  await inTransaction(lake.house.pools.admin.pool, async ({ client }) => {
    const decision = { model: registeredModelName, action: 'rollback', by: 'ada', why: 'the first' } as const;
    await recordDecision(client, { ...decision, from: null, to: 9 });
    await recordDecision(client, { ...decision, from: 9, to: 10, why: 'better' });
  });
  api = await openTestApi(lake, modelsRoot, { now });
});
afterAll(async () => {
  await api.close();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

const ask = async (url: string): Promise<{ status: number; data: unknown }> => {
  const answer = await api.app.inject({ url });
  const body: unknown = answer.json();
  const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : undefined;
  return { status: answer.statusCode, data };
};

describe('which versions there are', () => {
  it('active are those that serve and the one that waits to, the newest first', async () => {
    expect(await ask('/api/v1/models/active')).toMatchObject({
      status: 200,
      data: {
        count: 3,
        active_models: [
          { name: registeredModelName, version: 11, stage: 'Staging', tags: { share: '0' } },
          { version: 10, stage: 'Production', tags: { share: '0.75', model_type: 'XGBoost' } },
          { version: 9, tags: { share: '0.25' } },
        ],
      },
    });
  });

  it('all are listed, by number and not as text, with stage, aliases and share', async () => {
    const { data } = await ask('/api/v1/models/versions');
    expect(data).toMatchObject({
      versions: [
        { version: 11, stage: 'Staging', aliases: ['staging'], share: 0 },
        { version: 10, stage: 'Production', aliases: ['production'], share: 0.75 },
        { version: 9, share: 0.25 },
        ...[8, 7, 6, 5, 4, 3, 2, 1].map((version) => ({ version, stage: 'None', aliases: [] })),
      ],
    });
  });

  it('one is shown with what it is made of; one that there is not is not there', async () => {
    expect(await ask('/api/v1/models/versions/10')).toMatchObject({
      status: 200,
      data: {
        ...{ version: 10, run_id: 'train/10', divisions: ['SIM'], parameters: { 'recipe.ridge': '100' } },
        features: { with_prices: [], without_prices: ['home_elo'] },
      },
    });
    expect((await ask('/api/v1/models/versions/12')).status).toBe(404);
    expect((await ask('/api/v1/models/versions/x')).status).toBe(422);
  });

  it('who had which serve is told, the newest first', async () => {
    expect(await ask('/api/v1/models/promotions')).toMatchObject({
      data: {
        promotions: [
          { action: 'rollback', from: 9, to: 10, by: 'ada', why: 'better', gate: null },
          { from: null, to: 9, why: 'the first' },
        ],
      },
    });
  });
});

describe('how versions did', () => {
  beforeAll(async () => {
    const { pool } = lake.house;
    // Without matches: that each has one is for other tests.
    await pool.query(
      `set session_replication_role = replica;
       insert into predictions (match_id, model_version, model_name, home_win_probability, draw_probability, away_win_probability,
         predicted_result, confidence_score, features_used, prediction_metadata, created_at, actual_result, is_correct, verified_at)
       select g, v, '${registeredModelName}', .5, .3, .2, r, .5, '{}', '{}', '2026-11-24T10:00:00Z'::timestamptz - age,
         actual, actual = r, case when actual is not null then now() end
       from (values (1, '9', 'home', interval '1 hour', 'home'), (2, '9', 'home', interval '2 hours', 'away'), (3, '9', 'draw', interval '3 days', null),
         (4, '10', 'away', interval '20 days', 'away'), (5, '10', 'home', interval '5 hours', null)) as p (g, v, r, age, actual);
       set session_replication_role = default`,
    );
  });

  it('is told by version, the newest number first, for a week where nobody says otherwise', async () => {
    expect(await ask('/api/v1/models/metrics')).toEqual({
      status: 200,
      data: {
        ...{ model_name: registeredModelName, time_window: '7d' },
        period: { start_date: '2026-11-17T10:00:00.000Z', end_date: '2026-11-24T10:00:00.000Z' },
        metrics: [
          {
            ...{ model_version: '10', total_predictions: 1, avg_confidence: 0.5, accuracy: null },
            ...{ home_predictions: 1, draw_predictions: 0, away_predictions: 0 },
          },
          {
            ...{ model_version: '9', total_predictions: 3, avg_confidence: 0.5, accuracy: 0.5 },
            ...{ home_predictions: 2, draw_predictions: 1, away_predictions: 0 },
          },
        ],
      },
    });
  });

  it('counts what was verified alone, within the window that is asked for', async () => {
    expect(await ask('/api/v1/models/metrics?time_window=30d')).toMatchObject({
      data: {
        metrics: [{ model_version: '10', total_predictions: 2, accuracy: 1 }, { total_predictions: 3 }],
      },
    });
    expect(await ask('/api/v1/models/metrics?time_window=1d')).toMatchObject({
      data: { metrics: [{ model_version: '10' }, { model_version: '9', total_predictions: 2 }] },
    });
  });

  it('a window that there is not is refused, and a model that said nothing is not there', async () => {
    for (const window of ['2d', '', '7', '1D']) {
      expect((await ask(`/api/v1/models/metrics?time_window=${window}`)).status).toBe(422);
    }
    expect((await ask('/api/v1/models/metrics?model_name=other')).status).toBe(404);
  });
});
