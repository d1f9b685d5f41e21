import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Problem } from '../../schemas/api/envelope.js';
import { rawConnection } from '../support/api-process.js';
import {
  startOutageStack,
  steadyLoad,
  timedAnswer,
  type Outage,
  type OutageStack,
} from '../support/outages.js';

/** A real process of the API while what it depends on is killed, or hangs: a process that is stopped refuses nothing. */

let stack: OutageStack;
beforeAll(async () => {
  stack = await startOutageStack();
});
beforeEach(async () => {
  await expect
    .poll(async () => (await ask('/health')).body, { timeout: 60_000 })
    .toContain('"status":"healthy"');
  // The first of a process loads the model.
  expect((await ask(prediction())).status).toBe(200);
});
afterAll(() => stack.stop());

const prediction = (): string => `/api/v1/predictions/${stack.ahead[0] ?? 0}`;

interface Answer {
  readonly status: number;
  readonly body: string;
}

const ask = (path: string): Promise<Answer> => timedAnswer(stack.api.url, path);
const load = (paths: readonly string[]) => steadyLoad(stack.api.url, paths);

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
  { leave, back }: Outage,
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
    const { away, health, ready, live } = await whileAway(reads(), stack.outages['postgres killed']);
    expectRefusals(away, /Postgres is away|lake is away|No answer in time/);
    expect([health.status, ready.status, live.status]).toEqual([503, 503, 200]);
    expect(unhealthy(health)).toEqual(['postgres', 'lake']);
  });

  it('that hangs is told as away, and reads go on once it goes on', async () => {
    const { away, health, ready } = await whileAway(reads(), stack.outages['postgres hangs']);
    expectRefusals(away, /Postgres is away|lake is away|No answer in time/);
    expect([health.status, ready.status]).toEqual([503, 503]);
    expect(unhealthy(health)).toContain('postgres');
  });
});

describe('Temporal', () => {
  it('that was killed is told as away where jobs are asked for; reads go on', async () => {
    const reading = load(['/api/v1/matches']);
    const { away, health, ready } = await whileAway(jobsOf(), stack.outages['temporal killed']);
    expect((await reading.stop()).map(({ status }) => status)).not.toContain(503);
    expectRefusals(away, /Temporal is away|No answer in time/);
    expect([health.status, ready.status]).toEqual([503, 200]);
    expect(unhealthy(health)).toEqual(['temporal']);
  });

  it('that hangs is told as away', async () => {
    const { away, health, ready } = await whileAway(jobsOf(), stack.outages['temporal hangs']);
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
    ['was killed', () => stack.outages['redis killed']],
    ['hangs', () => stack.outages['redis hangs']],
  ])('that %s fails no request: what it would have kept is computed', async (_, outage) => {
    const { leave, back } = outage();
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
    const idle = rawConnection(stack.api.port);
    idle.send('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => idle.socket.once('data', resolve));
    const begun = rawConnection(stack.api.port);
    const body = '{"match_ids":[1]}';
    begun.send(
      `POST /api/v1/predictions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    await sleep(200);
    const ending = stack.api.stop();
    expect(await idle.answer).toContain('alive');
    begun.send(body.slice(5));
    expect(await begun.answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(await ending).toBe(0);
    expect(stack.api.said()).not.toMatch(/unhandled|A request broke/i);
  });
});
