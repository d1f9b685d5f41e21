import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commandLine } from '../../adapters/embedded/processes.js';
import { startPostgres, type PostgresServer } from '../../adapters/embedded/postgres.js';
import { startTemporal, type TemporalPorts, type TemporalServer } from '../../adapters/embedded/temporal.js';
import { ensureTemporal } from '../../adapters/embedded/tools/temporal.js';
import { readConfig } from '../../config.js';
import { Problem } from '../../schemas/api/envelope.js';
import { instant } from '../../schemas/values.js';
import { rawConnection, startApiProcess, type TestApiProcess } from '../support/api-process.js';
import { openFilledHouse, type FilledHouse } from '../support/filled-house.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { copyMigratedPostgres } from '../support/migrated-home.js';
import { startTestRedis, type TestRedis } from '../support/redis.js';

/** A real process of the API while what it depends on is killed, or hangs: a process that is stopped refuses nothing. */

let folder: TestFolder;
let postgres: PostgresServer;
/** Those of the first start: where the process of the API looks for them. */
let places: { readonly postgres: number; readonly temporal: TemporalPorts } | undefined;
let temporal: TemporalServer;
let redis: TestRedis;
let house: FilledHouse;
let api: TestApiProcess;

const namespace = 'outages';

const startDatabase = () =>
  startPostgres({
    ...{ home: folder.path, settings: { fsync: 'off' }, binaries: readConfig().postgresBinaries },
    ...(places === undefined ? {} : { port: places.postgres }),
  });
const startWorkflows = async () =>
  startTemporal({
    ...{ home: folder.path, program: await ensureTemporal(readConfig()), namespace },
    ...(places === undefined ? {} : { ports: places.temporal }),
  });

beforeAll(async () => {
  folder = await makeTestFolder();
  await copyMigratedPostgres(folder.path);
  [postgres, temporal, redis] = await Promise.all([startDatabase(), startWorkflows(), startTestRedis()]);
  places = { postgres: postgres.port, temporal: temporal.ports };
  house = await openFilledHouse(postgres.url, folder.path, instant(Date.now()));
  await house.lake.close();
  api = await startApiProcess({
    ...{ databaseUrl: postgres.url, temporalAddress: temporal.address, home: folder.path },
    environment: { REDIS_URL: redis.url, TEMPORAL_NAMESPACE: namespace },
  });
});
beforeEach(async () => {
  await expect
    .poll(async () => (await ask('/health')).body, { timeout: 60_000 })
    .toContain('"status":"healthy"');
  // The first of a process loads the model.
  expect((await ask(prediction())).status).toBe(200);
});
afterAll(async () => {
  await api.stop();
  await redis.stop();
  await temporal.stop();
  await postgres.stop();
  await folder.remove();
});

const prediction = (): string => `/api/v1/predictions/${house.ahead[0] ?? 0}`;

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function ask(path: string): Promise<Answer> {
  const response = await fetch(`${api.url}${path}`);
  return { status: response.status, body: await response.text() };
}

/** Asks side by side without pause until it is stopped, and tells what came of it. */
function load(paths: readonly string[]) {
  const stopping = new AbortController();
  const answers: (Answer & { readonly path: string })[] = [];
  const asking = paths.map(async (path) => {
    while (!stopping.signal.aborted) {
      answers.push({ path, ...(await ask(path)) });
      await sleep(5);
    }
  });
  return {
    answers: () => answers,
    async stop() {
      stopping.abort();
      await Promise.all(asking);
      return answers;
    },
  };
}

const reads = () => ['/api/v1/matches', prediction(), '/api/v1/models/metrics', '/api/v1/datasets'];
const jobsOf = () => ['/tasks/schedules', '/tasks/runs'];
const Checks = z.object({
  data: z.object({ checks: z.record(z.string(), z.looseObject({ healthy: z.boolean() })) }),
});
const unhealthy = ({ body }: Answer): string[] =>
  Object.entries(Checks.parse(JSON.parse(body)).data.checks)
    .filter(([, { healthy }]) => !healthy)
    .map(([name]) => name);

/** Every refusal is 503, and says what is away: a server that hangs has refused nothing, so the API has. */
function expectRefusals(answers: readonly Answer[], said: RegExp): void {
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  expect([...new Set(refused.map(({ status }) => status))]).toEqual([503]);
  for (const { body } of refused) {
    expect(Problem.parse(JSON.parse(body)).message).toMatch(said);
  }
}

/** Asks under load while something is away, and again once it is back. */
async function whileAway(
  paths: readonly string[],
  {
    leave,
    back,
  }: { readonly leave: () => Promise<void> | void; readonly back: () => Promise<unknown> | undefined },
): Promise<{
  readonly away: readonly Answer[];
  readonly health: Answer;
  readonly ready: Answer;
  readonly live: Answer;
}> {
  const loading = load(paths.flatMap((path) => [path, path, path]));
  await expect.poll(() => loading.answers().length).toBeGreaterThan(10);
  const before = loading.answers().length;
  await leave();
  const [health, ready, live] = await Promise.all([
    ask('/health'),
    ask('/health/ready'),
    ask('/health/live'),
  ]);
  await expect
    .poll(
      () =>
        loading
          .answers()
          .slice(before)
          .filter(({ status }) => status !== 200).length,
    )
    .toBeGreaterThan(paths.length * 3);
  const away = loading.answers().slice(before);
  await back();
  const settled = await loading.stop();
  expect(settled.length).toBeGreaterThan(before);
  await Promise.all(paths.map((path) => expect.poll(async () => (await ask(path)).status).toBe(200)));
  return { away, health, ready, live };
}

describe('Postgres', () => {
  it('that was killed is told as away, and reads go on once it is back', async () => {
    const processes = await postgresProcesses();
    const { away, health, ready, live } = await whileAway(reads(), {
      leave: async () => {
        process.kill(postgres.pid, 'SIGKILL');
        // What serves a connection outlives the server by a moment, and answers.
        const left = async () =>
          (await Promise.all(processes.map(commandLine))).filter((one) => one !== undefined);
        await expect.poll(left).toEqual([]);
      },
      back: async () => {
        postgres = await startDatabase();
      },
    });
    expectRefusals(away, /Postgres is away|lake is away|No answer in time/);
    expect([health.status, ready.status, live.status]).toEqual([503, 503, 200]);
    expect(unhealthy(health)).toEqual(['postgres', 'lake']);
  });

  it('that hangs is told as away, and reads go on once it goes on', async () => {
    const processes = await postgresProcesses();
    const { away, health, ready } = await whileAway(reads(), {
      leave: () => freeze(processes),
      back: () => {
        for (const pid of processes) process.kill(pid, 'SIGCONT');
        return undefined;
      },
    });
    expectRefusals(away, /Postgres is away|lake is away|No answer in time/);
    expect([health.status, ready.status]).toEqual([503, 503]);
    expect(unhealthy(health)).toContain('postgres');
  });
});

describe('Temporal', () => {
  it('that was killed is told as away where jobs are asked for; reads go on', async () => {
    const reading = load(['/api/v1/matches']);
    const { away, health, ready } = await whileAway(jobsOf(), {
      leave: () => {
        process.kill(temporal.mark.pid, 'SIGKILL');
      },
      back: async () => {
        temporal = await startWorkflows();
      },
    });
    expect((await reading.stop()).map(({ status }) => status)).not.toContain(503);
    expectRefusals(away, /Temporal is away|No answer in time/);
    expect([health.status, ready.status]).toEqual([503, 200]);
    expect(unhealthy(health)).toEqual(['temporal']);
  });

  it('that hangs is told as away', async () => {
    const { away, health, ready } = await whileAway(jobsOf(), {
      leave: () => freeze([temporal.mark.pid]),
      back: () => {
        process.kill(temporal.mark.pid, 'SIGCONT');
        return undefined;
      },
    });
    expectRefusals(away, /Temporal is away|No answer in time/);
    expect([health.status, ready.status]).toEqual([503, 200]);
  });
});

describe('Redis', () => {
  const Info = z.object({
    data: z.object({ checks: z.object({ redis: z.record(z.string(), z.unknown()) }) }),
  });
  const blockOf = ({ body }: Answer) => Info.parse(JSON.parse(body)).data.checks.redis;

  it('that answers is told with its version, its clients and its memory', async () => {
    expect(blockOf(await ask('/health'))).toEqual({
      ...{ healthy: true, message: 'Redis answers', response_time_ms: expect.any(Number) as number },
      server_info: {
        version: expect.stringMatching(/^\d+\.\d+/) as string,
        connected_clients: expect.any(Number) as number,
        used_memory: expect.stringMatching(/^[\d.]+[BKMG]/) as string,
      },
    });
  });

  it.each([
    ['was killed', () => redis.kill(), () => redis.start()],
    [
      'hangs',
      () => {
        redis.freeze();
        return Promise.resolve();
      },
      () => {
        redis.thaw();
        return Promise.resolve();
      },
    ],
  ])('that %s fails no request: what it would have kept is computed', async (_, leave, back) => {
    const loading = load([prediction(), '/api/v1/matches']);
    await expect.poll(() => loading.answers().length).toBeGreaterThan(10);
    await leave();
    const health = await ask('/health');
    const seen = loading.answers().length;
    await expect.poll(() => loading.answers().length).toBeGreaterThan(seen + 20);
    await back();
    const answers = await loading.stop();
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([200]);
    expect(health.status).toBe(503);
    expect(unhealthy(health)).toEqual(['redis']);
    expect(blockOf(health)).toEqual({
      ...{ healthy: false, message: 'Redis does not answer', error: expect.any(String) as string },
      response_time_ms: expect.any(Number) as number,
    });
  });
});

describe('a process that is asked to end', () => {
  it('finishes what it has begun, closes connections that are kept, and ends well', async () => {
    const idle = rawConnection(api.port);
    idle.send('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => idle.socket.once('data', resolve));
    const begun = rawConnection(api.port);
    const body = '{"match_ids":[1]}';
    begun.send(
      `POST /api/v1/predictions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    await sleep(200);
    const ending = api.stop();
    expect(await idle.answer).toContain('alive');
    begun.send(body.slice(5));
    expect(await begun.answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ending).toBe(0);
    expect(api.said()).not.toMatch(/unhandled|A request broke/i);
  });
});

/** Stops processes, and waits until each of their threads stands still: one that is at work when it is told may still answer. */
async function freeze(pids: readonly number[]): Promise<void> {
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const states = async (): Promise<string[]> =>
    (await Promise.all(pids.map(statesOfThreads))).flat().filter((state) => state !== 'T');
  await expect.poll(states, { interval: 5 }).toEqual([]);
}

async function statesOfThreads(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '')),
  );
  // The state stands behind the name, which may hold brackets.
  return stats.flatMap((stat) => /^.*\) (\S)/s.exec(stat)?.[1] ?? []);
}

/** The postmaster and its children: each of them would go on for itself. */
async function postgresProcesses(): Promise<number[]> {
  const children = await readFile(`/proc/${postgres.pid}/task/${postgres.pid}/children`, 'utf8');
  return [postgres.pid, ...children.trim().split(' ').map(Number)];
}
