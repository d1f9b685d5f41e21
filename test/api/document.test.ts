import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { endpointDatasets } from '../../adapters/lineage/endpoints.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

const Answer = z.looseObject({
  $ref: z.string().optional(),
  content: z.record(z.string(), z.unknown()).optional(),
});
const Operation = z.looseObject({
  operationId: z.string().optional(),
  summary: z.string().optional(),
  responses: z.record(z.string(), Answer),
});
const Document = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({
    responses: z.record(z.string(), Answer),
    schemas: z.record(z.string(), z.unknown()),
  }),
});

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let api: TestApi;
let document: z.infer<typeof Document>;
beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  api = await openTestApi(lake, `${folder.path}/models`);
  document = Document.parse((await api.app.inject({ url: '/openapi.json' })).json());
});
afterAll(async () => {
  await api.close();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, of]) => Object.values(of).map((one) => ({ path, ...one })));

it('every endpoint of which lineage tells is one of the document', () => {
  const told = Object.keys(endpointDatasets).map((path) => path.replaceAll(/:(\w+)/g, '{$1}'));
  expect(told.filter((path) => !(path in document.paths))).toEqual([]);
});

it('the document says of every route which problems it may answer with', () => {
  expect(document.openapi).toMatch(/^3\.1/);
  for (const { path, responses } of operations()) {
    const missing = ['403', '404', '422', '429', '500', '503'].filter((status) => !(status in responses));
    expect(missing, path).toEqual([]);
    for (const { $ref } of Object.values(responses)) {
      if ($ref === undefined) continue;
      expect(document.components.responses).toHaveProperty($ref.replace('#/components/responses/', ''));
    }
    expect('401' in responses, path).toBe(!path.startsWith('/health'));
  }
  for (const { content } of Object.values(document.components.responses))
    expect(content).toEqual({
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    });
  expect(document.components.schemas).toHaveProperty('Problem.properties.code');
});

it('each route has a name of its own and says what it does', () => {
  const names = operations().flatMap(({ operationId }) => operationId ?? []);
  expect(new Set(names).size).toBe(names.length);
  for (const { path, operationId, summary } of operations()) {
    expect(summary, path).toBeDefined();
    expect(operationId, path).toMatch(/^[a-z]+[A-Za-z]*$/);
  }
});

it('a route that answers in other kinds too says in which', () => {
  const kinds = (path: string, method: string) =>
    Object.keys(document.paths[path]?.[method]?.responses['200']?.content ?? {});
  expect(kinds('/api/v1/matches', 'get')).toEqual(['application/json', 'application/x-ndjson']);
  expect(kinds('/api/v1/features/frame', 'post')).toEqual([
    'application/json',
    'application/x-ndjson',
    'application/vnd.apache.arrow.stream',
  ]);
});

it('features that are asked for before there is gold are told as not there yet', async () => {
  const answer = await api.app.inject({
    method: 'POST',
    url: '/api/v1/features/frame',
    headers: { host: '127.0.0.1:8000' },
    payload: {
      features: ['ratings:home_elo'],
      entities: [{ match_id: 1, event_timestamp: '2026-01-01T00:00:00Z' }],
    },
  });
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '2']);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
});
