import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeDetection } from '../../adapters/postgres/anomaly/detections.js';
import { storeCheckpoint } from '../../adapters/postgres/checkpoints.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { anomalyTypeOf, type AnomalyMethod, type AnomalySeverity } from '../../schemas/records/anomaly.js';
import type { Checkpoint } from '../../schemas/records/checkpoint.js';
import { instant, instantFromIso } from '../../schemas/values.js';
import { openTestApi, type TestApi } from '../support/api.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

const now = instantFromIso('2026-11-24T10:00:00Z');
const hour = 3_600_000;

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
let api: TestApi;

const ask = async (url: string, by: TestApi = api): Promise<{ status: number; data: unknown }> => {
  const answer = await by.app.inject({ url });
  const body: unknown = answer.json();
  const data = typeof body === 'object' && body !== null && 'data' in body ? body.data : undefined;
  return { status: answer.statusCode, data };
};

beforeAll(async () => {
  [postgres, folder] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  lake = await openTestLake(postgres.url, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'data/1', '2026-11-24T10:00:00Z');
  api = await openTestApi(lake, `${folder.path}/models`, { now });
});
afterAll(async () => {
  await api.close();
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

describe('the datasets', () => {
  it('of a lake that holds nothing yet are none', async () => {
    expect(await ask('/api/v1/datasets')).toEqual({
      status: 200,
      data: { snapshot: null, overall_score: null, datasets: [] },
    });
  });

  it('have their rows, what waits for the lake, and the score of the last check that judged them', async () => {
    await lake.publish('data/2');
    const check: Omit<Checkpoint, 'runId' | 'scores'> = {
      kind: 'check',
      ...{ snapshot: null, runAt: now, executionTime: 1, rowsJudged: 1, heldBack: false },
      ...{ overallSuccessRate: 100, results: [], freshness: null, anomalies: null },
    };
    const { pool } = lake.house.pools.admin;
    await storeCheckpoint(pool, { ...check, runId: 'a', scores: { 'silver.matches': 91, overall: 95 } });
    const id = await storeCheckpoint(pool, {
      ...check,
      runId: 'b',
      scores: { 'silver.odds': 88, overall: 88 },
    });
    await lake.house.pool.query(
      `insert into lake_dirty_partitions (table_name, month, version) values ('odds', '2026-10-01', 1)`,
    );
    const { data } = await ask('/api/v1/datasets');
    expect(data).toMatchObject({ snapshot: { job: 'publish' }, overall_score: 88 });
    expect(data).toMatchObject({
      datasets: expect.arrayContaining([
        expect.objectContaining({
          ...{
            dataset: 'silver.odds',
            waiting: { partitions: 1, oldest: '2026-10', hours: expect.any(Number) as number },
          },
          quality: { score: 88, checkpoint: id, checked_at: '2026-11-24T10:00:00.000Z' },
        }) as unknown,
        expect.objectContaining({
          ...{ dataset: 'silver.matches', waiting: null },
          quality: expect.objectContaining({ score: 91 }) as unknown,
        }) as unknown,
        expect.objectContaining({ dataset: 'silver.teams', rows: 20, quality: null }) as unknown,
      ]) as unknown,
    });
  });
});

describe('anomalies', () => {
  const detected = (method: AnomalyMethod, severity: AnomalySeverity, anomalous: number, hoursAgo: number) =>
    inTransaction(lake.house.pools.writer.pool, ({ client }) =>
      storeDetection(
        client,
        {
          ...{ runId: `detect/${hoursAgo}`, table: 'odds' },
          ...{ from: instant(now - 48 * hour), to: instant(now - hoursAgo * hour) },
        },
        {
          ...{ method, anomalyType: anomalyTypeOf[method], severity, anomalous },
          ...{ score: 4, tested: 60, skipped: 0, records: [], features: [] },
        },
        null,
      ),
    );

  it('are counted by table, severity, method and type, of the last day where nobody says otherwise', async () => {
    await detected('3sigma', 'high', 2, 1);
    await detected('3sigma', 'high', 1, 2);
    await detected('distribution_shift', 'low', 3, 3);
    await detected('iqr', 'low', 0, 3);
    await detected('iqr', 'critical', 9, 30);
    expect(await ask('/api/v1/anomalies/summary')).toEqual({
      status: 200,
      data: {
        period: { start_date: '2026-11-23T10:00:00.000Z', end_date: '2026-11-24T10:00:00.000Z' },
        total: 3,
        by_table: { odds: 3 },
        by_severity: { high: 2, low: 1 },
        by_method: { '3sigma': 2, distribution_shift: 1 },
        by_type: { statistical_outlier: 2, distribution_shift: 1 },
        groups: [
          {
            ...{ table_name: 'odds', severity: 'high', method: '3sigma' },
            ...{ anomaly_type: 'statistical_outlier', detections: 2, anomalous: 3 },
          },
          {
            ...{ table_name: 'odds', severity: 'low', method: 'distribution_shift' },
            ...{ anomaly_type: 'distribution_shift', detections: 1, anomalous: 3 },
          },
        ],
      },
    });
    expect(await ask('/api/v1/anomalies/summary?hours=48')).toMatchObject({ data: { total: 4 } });
    for (const hours of ['0', '-1', 'x', '1e9', '1.5']) {
      expect((await ask(`/api/v1/anomalies/summary?hours=${hours}`)).status).toBe(422);
    }
  });

  it('have a health of their own: where Temporal is away nobody looks for them, which is 503', async () => {
    expect(await ask('/health/anomaly-detection')).toMatchObject({
      status: 503,
      data: {
        status: 'unhealthy',
        checks: { postgres: { healthy: true }, temporal: { healthy: false, error: 'DependencyAway' } },
        tables: [
          { table_name: 'matches', detected_until: null },
          { table_name: 'odds', detected_until: null },
          { table_name: 'predictions', detected_until: null },
        ],
      },
    });
  });
});

it('the day at a glance has its matches, what was said of them, how good the data are, and what is away', async () => {
  const { rows } = await lake.house.pool.query<{ day: Date; matches: number }>(
    `select date_trunc('day', match_time, 'UTC') as day, count(*)::integer as matches from matches group by 1 order by 2 desc, 1 limit 1`,
  );
  const day = rows[0]?.day ?? new Date(NaN);
  const matchday = await openTestApi(lake, `${folder.path}/models`, {
    now: instant(day.getTime() + 9 * hour),
  });
  try {
    const { status, data } = await ask('/data/dashboard/data', matchday);
    expect(status).toBe(200);
    expect(data).toMatchObject({
      today_matches: Array.from({ length: rows[0]?.matches ?? NaN }, () => ({ league: 'SIM' })),
      predictions: [],
      data_quality: { overall_score: 88, checked_at: '2026-11-24T10:00:00.000Z' },
      system_health: {
        status: 'unhealthy',
        checks: { postgres: { healthy: true }, temporal: { healthy: false } },
      },
    });
  } finally {
    await matchday.close();
  }
});

describe('health', () => {
  it('of the process is not that of what it depends on, and reading needs no Temporal', async () => {
    expect(await ask('/health/live')).toEqual({ status: 200, data: { status: 'alive' } });
    expect(await ask('/health/ready')).toMatchObject({ status: 200, data: { status: 'healthy' } });
    expect(await ask('/health')).toMatchObject({
      status: 503,
      data: { checks: { lake: { healthy: true }, temporal: { healthy: false } } },
    });
  });
});
