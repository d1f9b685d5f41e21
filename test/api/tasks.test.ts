import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createKey } from '../../adapters/postgres/api-keys.js';
import { applySchedules } from '../../adapters/temporal/schedules.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { standInActivities } from '../../scripts/histories/stand-ins.js';
import { schedules } from '../../workflows/schedules.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { openTestLake, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

const ui = 'http://127.0.0.1:8233';
const roles = ['reader', 'operator', 'admin'] as const;
type Role = (typeof roles)[number];
const Named = z.object({ data: z.object({ run: z.string(), begun: z.string().optional() }) });

let postgres: TestPostgres;
let folder: TestFolder;
let temporal: LocalTemporal;
let lake: TestLake;
let api: TestApi;
const keys = new Map<Role, string>();

beforeAll(async () => {
  [postgres, folder, temporal] = await Promise.all([
    startTestPostgres(),
    makeTestFolder(),
    startLocalTemporal(),
  ]);
  lake = await openTestLake(postgres.url, folder.path);
  for (const role of roles) {
    const made = { name: role, role, by: 'ada', expiresAt: null };
    keys.set(role, (await createKey(lake.house.pool, made)).key);
  }
  api = await openTestApi(lake, `${folder.path}/models`, {
    ...{ temporal: () => Promise.resolve(temporal.client), temporalUi: ui },
  });
  await applySchedules(temporal.client, schedules);
});
beforeEach(async () => {
  for await (const { workflowId } of temporal.client.workflow.list({
    query: 'ExecutionStatus = "Running"',
  })) {
    await temporal.client.workflow
      .getHandle(workflowId)
      .terminate('a test')
      .catch(() => undefined);
  }
});
afterAll(async () => {
  await api.close();
  await temporal.stop();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

const as = (role: Role) => ({ 'x-api-key': keys.get(role) ?? '' });
const get = (url: string, role: Role = 'reader') => api.app.inject({ url, headers: as(role) });
const post = (url: string, payload: object = {}, role: Role = 'operator') =>
  api.app.inject({ ...{ method: 'POST', url, payload }, headers: as(role) });

describe('schedules', () => {
  it('are listed with when they run next, and a link to Temporal', async () => {
    const answer = await get('/tasks/schedules');
    expect(answer.statusCode).toBe(200);
    const { data } = z.object({ data: z.object({ schedules: z.array(z.unknown()) }) }).parse(answer.json());
    expect(data.schedules).toHaveLength(schedules.length);
    expect(data.schedules).toContainEqual(
      expect.objectContaining({
        ...{
          id: 'daily-error-cleanup',
          cron: '0 4 * * *',
          paused: false,
          note: expect.any(String) as string,
        },
        ...{ next_at: expect.stringMatching(/T04:00:00/) as string },
        temporal_url: `${ui}/namespaces/default/schedules/daily-error-cleanup`,
      }),
    );
  });

  it('are paused and unpaused with a reason and a name, triggered, and made up for a past interval', async () => {
    const at = '/tasks/schedules/daily-error-cleanup';
    const paused = await post(`${at}/pause`, { why: 'moving the lake' });
    expect(paused.json()).toMatchObject({ data: { paused: true, note: 'moving the lake (operator)' } });
    const unpaused = await post(`${at}/unpause`, { why: 'it has moved' });
    expect(unpaused.json()).toMatchObject({ data: { paused: false, note: 'it has moved (operator)' } });
    expect((await post(`${at}/trigger`)).statusCode).toBe(200);
    const from = '2026-11-20T00:00:00Z';
    expect((await post(`${at}/backfill`, { from, to: '2026-11-22T00:00:00Z' })).statusCode).toBe(200);
    await expect
      .poll(
        async () =>
          z
            .object({ data: z.object({ recent: z.array(z.unknown()) }) })
            .parse((await post(`${at}/pause`, { why: 'counting' })).json()).data.recent.length,
      )
      .toBeGreaterThan(0);
    await post(`${at}/unpause`, { why: 'counted' });
  });

  it('that nobody declared are not there; a backfill of days to come, backwards or of months is refused', async () => {
    expect((await post('/tasks/schedules/other/trigger')).statusCode).toBe(404);
    const backfill = (from: string, to: string) =>
      post('/tasks/schedules/daily-error-cleanup/backfill', { from, to });
    expect((await backfill('2026-11-20T00:00:00Z', '2026-12-01T00:00:00Z')).statusCode).toBe(422);
    expect((await backfill('2026-11-20T00:00:00Z', '2026-11-19T00:00:00Z')).statusCode).toBe(422);
    expect((await backfill('2026-01-01T00:00:00Z', '2026-11-19T00:00:00Z')).statusCode).toBe(422);
    for (const [from, to] of [
      ['2024-01-01T12:99:00Z', '0401-12-14T06:30:29-21:47'],
      ['2026-11-20T00:00:00Z', 'soon'],
      ['soon', '2026-11-20T00:00:00Z'],
    ] as const)
      expect((await backfill(from, to)).statusCode).toBe(422);
    expect((await post('/tasks/schedules/daily-error-cleanup/pause', {})).statusCode).toBe(422);
  });
});

describe('jobs', () => {
  it('are listed with what they accept', async () => {
    expect((await get('/tasks/jobs')).json()).toMatchObject({
      data: {
        jobs: expect.arrayContaining([
          expect.objectContaining({
            ...{ name: 'error-cleanup', access: 'operator' },
            input: expect.objectContaining({ type: 'object' }) as unknown,
          }) as unknown,
        ]) as unknown,
      },
    });
  });

  it('are started by name with an input that is looked at first; started again, the same run is told', async () => {
    const start = (input: object) => post('/tasks/jobs/error-cleanup/start', { input });
    const first = await start({ keepDays: 9 });
    expect(first.statusCode).toBe(202);
    expect(Named.parse(first.json()).data).toEqual({ run: 'error-cleanup', begun: 'now' });
    expect(Named.parse((await start({ keepDays: 9 })).json()).data.begun).toBe('earlier');
    expect((await start({ keepDays: 8 })).statusCode).toBe(409);
    for (const input of [{ keepDays: 'x' }, { other: 1 }, { keepDays: -1 }]) {
      expect((await start(input)).statusCode).toBe(422);
    }
    expect((await post('/tasks/jobs/no-such-job/start')).statusCode).toBe(404);
    expect((await post('/tasks/jobs/constructor/start')).statusCode).toBe(404);
  });

  it('need the right of an operator, and one that reads what it is told that of an admin', async () => {
    const payload = { input: { location: '/somewhere' } };
    expect((await post('/tasks/jobs/publish/start', {}, 'reader')).statusCode).toBe(403);
    expect((await post('/tasks/jobs/import-history/start', payload, 'operator')).statusCode).toBe(403);
    expect((await post('/tasks/jobs/import-history/start', payload, 'admin')).statusCode).toBe(202);
    for (const verb of ['pause', 'unpause', 'trigger', 'backfill']) {
      const url = `/tasks/schedules/daily-error-cleanup/${verb}`;
      expect((await post(url, { why: 'x' }, 'reader')).statusCode, verb).toBe(403);
    }
    expect((await post('/tasks/runs/publish/cancel', {}, 'reader')).statusCode).toBe(403);
    expect((await post('/api/v1/anomalies/detect', { table_name: 'odds' }, 'reader')).statusCode).toBe(403);
  });
});

describe('runs', () => {
  it('are listed and shown by workflow and run, without what may be a secret', async () => {
    const begun = Named.parse(
      (
        await post(
          '/tasks/jobs/import-history/start',
          { input: { location: 'https://ada:hunter22@files.example/x' } },
          'admin',
        )
      ).json(),
    ).data.run;
    // Other claims of this file start the job too; which of them is listed first is Temporal's affair.
    const listed = async () =>
      (await get('/tasks/runs?job=import-history&status=running'))
        .json<{ data: { runs: { run: string; temporal_url: string }[] } }>()
        .data.runs.find(({ run }) => run.startsWith(`${begun}/`));
    await expect.poll(listed).toBeDefined();
    const { run, temporal_url } = (await listed()) ?? { run: '', temporal_url: '' };
    expect(temporal_url).toBe(
      `${ui}/namespaces/default/workflows/${run.split('/').slice(0, 2).map(encodeURIComponent).join('%2F')}/${run.split('/')[2] ?? ''}/history`,
    );
    const shown = await get(`/tasks/runs/${encodeURIComponent(run)}`);
    expect(shown.json()).toMatchObject({
      data: { run, job: 'import-history', status: 'running', result: null, failure: null },
    });
    expect(shown.body).toContain('files.example');
    expect(shown.body).not.toContain('hunter22');
    expect((await get('/tasks/runs/no-such-run')).statusCode).toBe(404);
    expect((await get('/tasks/runs?job=no-such-job')).statusCode).toBe(404);
    expect((await get('/tasks/runs?limit=1000')).statusCode).toBe(422);
  });

  it('are asked to end; one that has ended cannot be', async () => {
    await post('/tasks/jobs/publish/start');
    await temporal.withActivities(standInActivities(), async () => {
      await temporal.client.workflow.getHandle('publish').result();
    });
    expect((await post('/tasks/runs/publish/cancel')).statusCode).toBe(409);
    expect((await post('/tasks/runs/no-such-run/cancel')).statusCode).toBe(404);
    await post('/tasks/jobs/publish/start');
    const cancelled = await post('/tasks/runs/publish/cancel');
    expect([cancelled.statusCode, cancelled.json()]).toMatchObject([200, { data: { job: 'publish' } }]);
  });

  it('that ended are told with what they came to', async () => {
    await post('/tasks/jobs/error-cleanup/start', { input: {} });
    await temporal.withActivities(
      standInActivities({ removeOldErrors: () => Promise.resolve({ removed: 3 }) }),
      () => temporal.client.workflow.getHandle('error-cleanup').result(),
    );
    const shown = await get('/tasks/runs/error-cleanup');
    expect(shown.json()).toMatchObject({ data: { status: 'completed', result: { removed: 3 }, steps: [] } });
  });
});

describe('a detection of anomalies', () => {
  it('that ends soon is answered with what it found, one that does not with its run', async () => {
    const ask = (wait_seconds: number) =>
      post('/api/v1/anomalies/detect', { table_name: 'odds', time_window_hours: 24, wait_seconds });
    const waiting = await ask(0);
    expect(waiting.statusCode).toBe(202);
    expect(waiting.json()).toMatchObject({ data: { status: 'running', result: null } });
    const ended = await temporal.withActivities(standInActivities(), () => ask(10));
    expect(ended.statusCode).toBe(200);
    expect(ended.json()).toMatchObject({
      data: { status: 'completed', result: { detections: expect.any(Array) as unknown } },
    });
    expect((await post('/api/v1/anomalies/detect', { table_name: 'teams' })).statusCode).toBe(422);
  });
});
