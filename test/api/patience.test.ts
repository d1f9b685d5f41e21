import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { cacheOf } from '../../adapters/cache/cache.js';
import { knownWrites } from '../../adapters/cache/known-writes.js';
import { memoryCache } from '../../adapters/cache/memory-cache.js';
import { memoryStore } from '../../adapters/cache/memory-store.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { vectorStore } from '../../adapters/online/vector-store.js';
import { kickOffsTogether } from '../../adapters/postgres/kick-offs.js';
import { openRolePools, type RolePools } from '../../adapters/postgres/role-pools.js';
import { roleUrls } from '../../adapters/postgres/roles.js';
import { readVersions } from '../../adapters/postgres/write-versions.js';
import { keptClient } from '../../adapters/temporal/kept-client.js';
import { patienceMs } from '../../api/soon.js';
import { Problem } from '../../schemas/api/envelope.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { startMutingProxy, type MutingProxy } from '../support/muting-proxy.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

/**
 * What hangs refuses nothing, so a limit of ours ends each wait for it. Time is a clock that the test turns: whatever the limits are made of, an answer is there before the clock has come to two
 * seconds. Postgres is a real one behind a proxy that falls silent.
 */

const soonMs = 2_000;
/** Asked by POST, whose body has been read long before. */
const online = '/api/v1/features/online';
let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let proxy: MutingProxy;
let mute: MutingProxy;
let pools: RolePools;
let api: TestApi;
const temporal = { close: () => Promise.resolve() };

beforeAll(async () => {
  [postgres, folder, mute] = await Promise.all([startTestPostgres(), makeTestFolder(), startMutingProxy()]);
  lake = await openTestLake(postgres.url, folder.path);
  const behind = new URL(postgres.url);
  proxy = await startMutingProxy(Number(behind.port));
  behind.port = String(proxy.port);
  pools = openRolePools(roleUrls(behind.href, undefined), {
    ...{ processName: 'test', max: 2, patienceMs },
    onConnectionLost: () => undefined,
  });
  const reader = pools.reader.pool;
  const kept = keptClient({ address: `127.0.0.1:${mute.port}`, namespace: 'none' }, patienceMs);
  temporal.close = () => kept.close();
  const meters = createMeters();
  api = await openTestApi(lake, `${folder.path}/models`, {
    ...{ databases: pools, meters },
    online: {
      ...{ store: vectorStore(memoryCache()), source: lake.lake, pool: pools.writer.pool, meters },
      served: { put: () => undefined },
    },
    temporal: () => kept.get(),
    kickOffs: kickOffsTogether(reader),
    cache: cacheOf({
      ...{ store: memoryStore(), known: knownWrites(), meters },
      versionsOf: (of) => readVersions(reader, of),
    }),
  });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  // First: a question that was asked under the turned clock has no limit of the real one.
  await Promise.all([proxy.close(), mute.close()]);
  await api.close();
  await temporal.close();
  await pools.close();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

/** Asks for what is at an address; features online where it is theirs. */
const ask = (url: string) =>
  api.app.inject({
    ...{ url, headers: { host: '127.0.0.1:8000' } },
    ...(url === online
      ? { method: 'POST', payload: { service: 'match_prediction_v1', match_ids: [1] } }
      : { method: 'GET' }),
  });

/** Asks, and turns the clock until there is an answer or two seconds have gone by on it. */
async function askByTheClock(url: string) {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  const began = Date.now();
  const answered = ask(url).then((answer) => ({ answer, at: Date.now() - began }));
  const isAnswered = vi.fn();
  answered.then(isAnswered, isAnswered);
  for (let at = 0; at < soonMs && isAnswered.mock.calls.length === 0; at += 10) {
    // What really goes over a socket has some turns of the loop to come.
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(isAnswered, `${url} within two seconds`).toHaveBeenCalled();
  const { answer, at } = await answered;
  vi.useRealTimers();
  return { status: answer.statusCode, problem: Problem.parse(answer.json()), at };
}

it.each(['/tasks/schedules', '/tasks/runs'])(
  'a Temporal that takes a connection and says nothing is told as away before two seconds: %s',
  async (url) => {
    const { status, problem, at } = await askByTheClock(url);
    expect(status).toBe(503);
    expect(problem.message).toMatch(/^(Temporal is away|No answer in time)$/);
    // A limit has ended it, and not the server.
    expect(at).toBeGreaterThanOrEqual(patienceMs);
  },
);

it('a Postgres that falls silent on its connections, and on new ones, is told as away before two seconds', async () => {
  const paths = [
    ...['/api/v1/matches', '/api/v1/matches/1', '/api/v1/matches/1/prices'],
    ...['/api/v1/models/metrics', '/api/v1/anomalies/summary', '/api/v1/reviews', '/api/v1/datasets'],
    ...['/data/dashboard/data', '/api/v1/features/teams/1'],
    ...['/data/teams/1/recent_stats', online],
  ];
  for (const path of paths) expect((await ask(path)).statusCode, path).not.toBe(503);
  proxy.mute();
  const ends: number[] = [];
  // Twice: connections that are open, then those that would be made.
  for (const path of [...paths, ...paths]) {
    const { status, problem, at } = await askByTheClock(path);
    expect(status, path).toBe(503);
    expect(problem.detail, path).toMatch(/Postgres (is away|does not answer)|lake is away|No answer in time/);
    ends.push(at);
  }
  expect(Math.min(...ends)).toBeGreaterThanOrEqual(patienceMs / 2);
});
