import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKey } from '../../adapters/postgres/api-keys.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { aFinding } from '../support/told-finding.js';

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let api: TestApi;
const keys = { reader: '', operator: '' };
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  for (const role of ['reader', 'operator'] as const) {
    keys[role] = (
      await createKey(lake.house.pool, { name: `the ${role}`, role, by: 'ada', expiresAt: null })
    ).key;
  }
  api = await openTestApi(lake, `${folder.path}/models`);
});
afterAll(async () => {
  await api.close();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

const get = (url: string) => api.app.inject({ url, headers: { 'x-api-key': keys.reader } });
const post = (url: string, payload: object, key = keys.operator) =>
  api.app.inject({ method: 'POST', url, headers: { 'x-api-key': key }, payload });

it('a finding is listed, shown, and decided about by whoever holds the key, with a reason', async () => {
  const id = await aFinding(lake.house.pool);
  expect((await get('/api/v1/reviews?type=unusual_score')).json()).toMatchObject({
    data: {
      total: 1,
      findings: [{ id, status: 'logged' }],
      groups: [{ type: 'unusual_score', findings: 1 }],
    },
  });
  expect((await get(`/api/v1/reviews/${id}`)).json()).toMatchObject({
    data: { id, payload: null, transitions: [], data: { says: 'a test' } },
  });
  expect((await post(`/api/v1/reviews/${id}/resolve`, {})).statusCode).toBe(422);
  expect((await post(`/api/v1/reviews/${id}/resolve`, { why: 'seen' }, keys.reader)).statusCode).toBe(403);
  const done = await post(`/api/v1/reviews/${id}/resolve`, { why: 'seen' });
  expect(done.json()).toMatchObject({ data: { id, action: 'resolve', by: 'the operator', moved: true } });
  expect((await post(`/api/v1/reviews/${id}/resolve`, { why: 'seen' })).json()).toMatchObject({
    data: { moved: false },
  });
  expect((await get(`/api/v1/reviews/${id}`)).json()).toMatchObject({
    data: { status: 'resolved', transitions: [{ by: 'the operator', action: 'resolve', why: 'seen' }] },
  });
});

it('a decision against one that stands, and one about nothing, are refused', async () => {
  const id = await aFinding(lake.house.pool);
  await post(`/api/v1/reviews/${id}/ignore`, { why: 'no matter' });
  const other = await post(`/api/v1/reviews/${id}/resolve`, { why: 'seen' });
  expect([other.statusCode, other.json()]).toMatchObject([
    422,
    { success: false, code: 'invalid_parameter' },
  ]);
  expect((await post('/api/v1/reviews/999999/resolve', { why: 'seen' })).statusCode).toBe(404);
  expect((await get('/api/v1/reviews/999999')).statusCode).toBe(404);
});

it('a promotion needs an admin', async () => {
  expect((await post('/api/v1/models/1/promote', {})).statusCode).toBe(403);
  expect((await post('/api/v1/models/rollback', { why: 'worse' })).statusCode).toBe(403);
  expect((await post('/api/v1/models/split', { version: null, why: 'enough' })).statusCode).toBe(403);
});
