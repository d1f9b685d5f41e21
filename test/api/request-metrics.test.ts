import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Span } from '../../adapters/traces/tracer.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { undeclaredInText } from '../support/declared-series.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { estimatedRows } from '../../adapters/postgres/table-rows.js';

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let api: TestApi;
const spans: Span[] = [];
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  api = await openTestApi(lake, `${folder.path}/models`, {
    tracer: { record: (span) => void spans.push(span) },
  });
});
afterAll(async () => {
  await api.close();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

it('each answer of the API is measured by its route, with no id in a label, and what is at no address is not', async () => {
  await api.app.inject({ url: '/api/v1/matches/4711' });
  await api.app.inject({ url: '/api/v1/matches/4712' });
  await api.app.inject({ url: '/no/such/address' });
  const { body } = await api.app.inject({ url: '/metrics' });
  const counts = [...body.matchAll(/^football_http_request_duration_seconds_count\{(.*)\} (\d+)$/gm)];
  expect(counts.map(([, labels, count]) => [labels, count])).toEqual([
    [expect.stringMatching(/method="GET",route="\/api\/v1\/matches\/:[a-zA-Z_]+",status="404"/), '2'],
  ]);
  expect(body).toMatch(/football_database_connections\{role="reader"\} \d/);
  expect(undeclaredInText(body)).toEqual([]);
});

it('the rows of each table are told by estimate, partitions with their table', async () => {
  const { pool } = lake.house.pools.reader;
  const tables = new Map((await estimatedRows(pool)).map(({ table, rows }) => [table, rows]));
  for (const table of ['matches', 'odds', 'raw_match_data', 'teams'])
    expect(tables.get(table)).toBeTypeOf('number');
  expect([...tables.keys()].filter((name) => /_\d{4}_\d{2}$|_default$/.test(name))).toEqual([]);
});

it('the statements of a request carry its id, and its span too', async () => {
  await api.app.inject({ url: '/api/v1/matches/4711', headers: { 'x-request-id': 'seen-in-postgres' } });
  const { rows } = await lake.house.pool.query(
    `select 1 from pg_stat_activity where query like '%correlation_id=''seen-in-' || 'postgres''%'`,
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(spans.at(-1)).toMatchObject({
    ...{ correlationId: 'seen-in-postgres', kind: 'server', outcome: 'ok' },
    attributes: { 'http.response.status_code': '404' },
  });
});
