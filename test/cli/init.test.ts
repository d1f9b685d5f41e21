import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { planSchedules } from '../../adapters/temporal/schedules.js';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { schedules } from '../../workflows/schedules.js';
import { touchlineHere } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { answerOf } from '../support/own-stack.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let folder: TestFolder;
let postgres: TestPostgres;
let temporal: LocalTemporal;
beforeAll(async () => {
  folder = await makeTestFolder();
  [postgres, temporal] = await Promise.all([startTestPostgres(), startLocalTemporal()]);
});
afterAll(async () => {
  await temporal.stop();
  await postgres.stop();
  await folder.remove();
});

const ask = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) =>
  touchlineHere([...args, '--json'], { TOUCHLINE_HOME: folder.path, KAFKA_BROKERS: '', ...settings });

it('init makes tables, roles and schedules on servers of one’s own, and done again changes nothing', async () => {
  const owner = openDatabase(postgres.url, { applicationName: 'test', max: 1 });
  await owner.pool.query('create database brought').finally(() => owner.db.destroy());
  const url = new URL(postgres.url);
  url.pathname = '/brought';
  const servers = {
    DATABASE_URL: url.href,
    TEMPORAL_ADDRESS: temporal.place.address,
    TEMPORAL_NAMESPACE: temporal.place.namespace,
    SCHEDULES: '{}',
    KAFKA_BROKERS: '127.0.0.1:9',
  };
  // The broker is away: what comes before it is made nevertheless, and it says what is missing.
  expect(await ask(['init'], servers)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Kafka') as unknown,
  });
  for (const step of await planSchedules(temporal.client, schedules)) expect(step.kind).toBe('unchanged');
  const { pool, db } = openDatabase(url.href, { applicationName: 'test', max: 1 });
  const { rows } = await pool
    .query('select to_regclass($1) is not null as made', ['matches'])
    .finally(() => db.destroy());
  expect(rows).toEqual([{ made: true }]);

  const withoutBroker = { ...servers, KAFKA_BROKERS: '' };
  const done = { done: ['roles and tables', 'namespace and schedules'] };
  for (let time = 0; time < 2; time += 1) expect(answerOf(await ask(['init'], withoutBroker))).toEqual(done);
});

it('init without servers of one’s own is refused: up makes what embedded ones need', async () => {
  expect(await ask(['init'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('DATABASE_URL') as unknown,
  });
});

it('workers that have never been there are no version, and cannot be given work', async () => {
  const place = { TEMPORAL_ADDRESS: temporal.place.address, TEMPORAL_NAMESPACE: temporal.place.namespace };
  const version = { ...place, TEMPORAL_DEPLOYMENT: 'touchline', TEMPORAL_BUILD_ID: '7' };
  expect(answerOf(await ask(['workers', 'versions'], version))).toEqual([]);
  expect(await ask(['workers', 'promote', '--within', '1'], version)).toMatchObject({
    ...{ code: 1, stderr: expect.stringContaining('do not poll every queue') as unknown },
  });
  expect(await ask(['workers', 'promote'], place)).toMatchObject({
    ...{ code: 1, stderr: expect.stringContaining('TEMPORAL_DEPLOYMENT') as unknown },
  });
});
