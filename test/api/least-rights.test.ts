import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

/** SEC-9: an API that reaches Postgres as its reader alone; as writer and admin it is sent where nobody listens. */

const local = { host: '127.0.0.1:8000' };
let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let nowhere: OpenDatabase;
let api: TestApi;
let match: { readonly id: number; readonly home: number };
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'rights/1', '2026-11-24T10:00:00Z');
  nowhere = openDatabase('postgres://nobody@127.0.0.1:9/none', { applicationName: 'test', max: 1 });
  const { reader } = lake.house.pools;
  api = await openTestApi(lake, `${folder.path}/models`, {
    databases: { reader, writer: nowhere, admin: nowhere },
  });
  const { rows } = await lake.house.pool.query('select id, home_team_id as home from match_registry limit 1');
  [match = { id: 0, home: 0 }] = z.array(z.object({ id: z.number(), home: z.number() })).parse(rows);
});
afterAll(async () => {
  await api.close();
  await nowhere.db.destroy();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

const away = /Postgres is away/;
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

it('every read of the document is answered; of predictions alone, since one is stored before it is told', async () => {
  const { paths } = Document.parse((await api.app.inject({ url: '/openapi.json', headers: local })).json());
  const reads = Object.entries(paths).flatMap(([path, operations]) => ('get' in operations ? [path] : []));
  expect(reads.length).toBeGreaterThan(20);
  const unanswered: string[] = [];
  for (const path of reads) {
    const url = path
      .replace('{match_id}', String(match.id))
      .replace('{team_id}', String(match.home))
      .replace(/\{\w+\}/g, '1');
    const { statusCode, body } = await api.app.inject({ url, headers: local });
    if (statusCode === 500 || away.test(body)) unanswered.push(path);
  }
  expect(unanswered.filter((path) => path !== '/api/v1/predictions/{match_id}')).toEqual([]);
});

it.each(['', '/data', '/jobs', '/reviews', '/model', '/health', '/matches/{id}'])(
  'the page of the console at /console%s is shown whole',
  async (page) => {
    const url = `/console${page.replace('{id}', String(match.id))}`;
    const { statusCode, body } = await api.app.inject({ url, headers: local });
    expect(statusCode).toBe(200);
    expect(body).not.toMatch(away);
  },
);

it('what changes something is not done with the rights of a reader', async () => {
  const { rows } = await lake.house.pool.query(
    `insert into data_quality_logs (table_name, record_id, error_type, severity, error_data, error_message, requires_manual_review, finding_key)
     values ('raw_match_data', 1, 'doubted_row', 'medium', '{}', 'doubted', true, sha256('x')) returning id`,
  );
  const [finding] = z.array(z.object({ id: z.number() })).parse(rows);
  const answer = await api.app.inject({
    ...{ method: 'POST', url: `/api/v1/reviews/${finding?.id ?? 0}/take`, headers: local },
    payload: { why: 'to see' },
  });
  expect([answer.statusCode, answer.body]).toEqual([503, expect.stringMatching(away)]);
});
