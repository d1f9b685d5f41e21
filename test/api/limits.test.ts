import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKey, revokeKey } from '../../adapters/postgres/api-keys.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { startApiProcess, type Memory, type TestApiProcess } from '../support/api-process.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let folder: TestFolder;
let database: OpenDatabase;
let api: TestApiProcess;
const perMinute = 4_000;
/** What a request may leave on the heap: twice what is seen where nothing is kept, for the compiler still works by then. */
const mostBytes = 500;

beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  database = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
  api = await startApiProcess({
    ...{ databaseUrl: postgres.url, home: folder.path },
    environment: { API_REQUESTS_PER_MINUTE: String(perMinute) },
  });
});
afterAll(async () => {
  await api.stop();
  await database.db.destroy();
  await postgres.stop();
  await folder.remove();
});

const makeKey = async (name: string, expiresAt: Date | null = null): Promise<string> =>
  (await createKey(database.pool, { name, role: 'reader', by: 'ada', expiresAt })).key;
const ask = async (path: string, key?: string): Promise<Response> => {
  const response = await fetch(
    `${api.url}${path}`,
    key === undefined ? {} : { headers: { 'x-api-key': key } },
  );
  await response.text();
  return response;
};
const status = async (key?: string): Promise<number> => (await ask('/api/v1/matches', key)).status;

it('memory does not grow with requests, of those that are refused neither', async () => {
  const requests = 600;
  const paths = [
    '/api/v1/matches',
    '/api/v1/predictions/1',
    '/nowhere',
    '/api/v1/matches?limit=x',
    '/health/live',
  ];
  const round = async (): Promise<Memory> => {
    for (let sent = 0; sent < requests; sent += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, at) => ask(paths[at % paths.length] ?? '/')));
    }
    return api.memory();
  };
  const bytesARequest = (from: Memory, to: Memory): number =>
    ((to.heapUsed - from.heapUsed) * 1_048_576) / (2 * requests);
  // What is made once is made in the first rounds.
  await round();
  const before = await round();
  const after = (await round(), await round());
  expect(bytesARequest(before, after)).toBeLessThan(mostBytes);
  // A leak of a kilobyte a request would be seen.
  expect(bytesARequest(after, await api.leak(2 * requests))).toBeGreaterThan(mostBytes);
}, 240_000);

it('a key that is made, revoked or expires is heeded by a running process within seconds', async () => {
  expect(await status()).toBe(200);
  const lasting = await makeKey('lasting');
  const short = await makeKey('short', new Date(Date.now() + 8_000));
  await expect.poll(() => status(short), { timeout: 20_000 }).toBe(200);
  expect([await status(), await status('other')]).toEqual([401, 401]);
  await expect.poll(() => status(short), { timeout: 20_000 }).toBe(401);
  const leaving = await makeKey('leaving');
  await expect.poll(() => status(leaving), { timeout: 20_000 }).toBe(200);
  await revokeKey(database.pool, 'leaving', 'ada');
  await expect.poll(() => status(leaving), { timeout: 20_000 }).toBe(401);
  expect(await status(lasting)).toBe(200);
});

it('a key has its requests in a minute, and then none until it is told so; others and health have theirs', async () => {
  const [busy, other] = [await makeKey('busy'), await makeKey('other')];
  await expect.poll(() => status(other), { timeout: 20_000 }).toBe(200);
  let refused: Response | undefined;
  for (let sent = 0; sent <= perMinute && refused === undefined; sent += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('/tasks/jobs', busy)));
    refused = answers.find((answer) => answer.status === 429);
  }
  expect(refused?.status).toBe(429);
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused?.headers.get('content-type')).toContain('application/problem+json');
  expect(await status(other)).toBe(200);
  for (const path of ['/health/live', '/health/ready']) expect((await ask(path, busy)).status).toBe(200);
}, 240_000);
