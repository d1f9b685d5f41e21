import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { findFreePorts } from '../../adapters/embedded/ports.js';
import { readStatus, type StackStatus } from '../../adapters/embedded/stack/status.js';
import { openMlflowRegistry } from '../../adapters/models/registry/mlflow-registry.js';
import { openDatabase } from '../../adapters/postgres/open-database.js';
import { keepLeaks } from '../../adapters/postgres/prediction-leaks.js';
import { createLeague } from '../../simulator/league/league.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { prefixes, serveSimulator, type Simulator } from '../../simulator/server.js';
import { usualPlans } from '../../simulator/simulation.js';
import { instant, seasonOfStartYear } from '../../schemas/values.js';
import { jobs, type Job } from '../../workflows/jobs.js';
import { readable, startSmtpSink, type SmtpSink } from '../../cli/drill/smtp-sink.js';
import { schedules } from '../../workflows/schedules.js';
import { answerOf } from '../support/own-stack.js';
import { touchlineHere } from '../support/command-line.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { native } from '../support/native.js';
import { findFreeRow } from '../support/s3.js';
import { activeSpans, livesOfMatchdays } from '../support/season/active-spans.js';
import { ScheduleDriver } from '../support/season/schedule-driver.js';

/** Nothing runs by the clock but what speaks to Kafka: the day's own clock drives the rest. */
const streaming = ['relay-streams', 'consume-kafka-streams'];
const others = schedules.filter(({ id }) => !streaming.includes(id));
const minute = 60_000;

let folder: TestFolder;
let simulator: Simulator;
let mail: SmtpSink;
let environment: Record<string, string>;
let ports: Record<string, number>;
let status: StackStatus;

const run = (action: string) =>
  native(
    path.join(folder.path, 'home'),
    [action, ...Object.entries(ports).flatMap(([name, port]) => [`--${name}-port`, String(port)])],
    environment,
  );
const ask = async (...args: readonly string[]): Promise<unknown> =>
  answerOf(await touchlineHere([...args, '--json'], told()));
/** What `up` wrote down for shells: commands see the same stack. */
const told = (): Record<string, string> => ({
  ...environment,
  TOUCHLINE_HOME: path.join(folder.path, 'home'),
  KAFKA_BROKERS: `localhost:${ports['kafka'] ?? 0}`,
  REDIS_URL: `redis://localhost:${ports['redis'] ?? 0}/0`,
  MLFLOW_TRACKING_URI: `http://localhost:${ports['mlflow'] ?? 0}`,
  LAKE_URL: 's3://football-lake',
  S3_ENDPOINT: `http://localhost:${ports['seaweedfs'] ?? 0}`,
  S3_ACCESS_KEY_ID_FILE: path.join(folder.path, 'home/native/seaweedfs/s3-access-key-id'),
  S3_SECRET_ACCESS_KEY_FILE: path.join(folder.path, 'home/native/seaweedfs/s3-secret-access-key'),
});

function jobNamed(name: string): Job {
  const job = jobs.find((one) => one.name === name);
  if (job === undefined) throw new Error(`There is no job ${name}`);
  return job;
}

beforeAll(async () => {
  folder = await makeTestFolder();
  mail = await startSmtpSink();
  simulator = await serveSimulator({
    ...{ seed: 1, startsAt: instant(Date.UTC(2025, 6, 1, 12)), speed: 0, faults: [], plans: usualPlans },
    readRealTime: Date.now,
  });
  const [mlflow = 0, redis = 0, kafka = 0, alertmanager = 0, prometheus = 0, api = 0] =
    await findFreePorts(6);
  ports = { mlflow, redis, kafka, alertmanager, prometheus, seaweedfs: await findFreeRow() };
  const at = (provider: keyof typeof prefixes): string => simulator.url + prefixes[provider];
  environment = {
    SCHEDULES: JSON.stringify(Object.fromEntries(others.map(({ id }) => [id, { enabled: false }]))),
    API_PORT: String(api),
    METRICS_PORT: String(await findFreeRow()),
    ...{ SMTP_HOST: mail.host, SMTP_FROM: 'touchline@example.org' },
    ...{ SMTP_DATA_TEAM: 'data@example.org', SMTP_OPS_TEAM: 'ops@example.org' },
    ...{ FOOTBALL_DATA_URL: at('football_data'), API_FOOTBALL_URL: at('api_football') },
    ...{ ODDS_API_URL: at('odds_api'), SCORES_API_URL: at('scores_api') },
    ...{ OPEN_METEO_URL: at('open_meteo'), OPEN_METEO_ARCHIVE_URL: at('open_meteo') },
    API_FOOTBALL_KEY: usualPlans.apiFootball.key,
    ODDS_API_KEY: usualPlans.oddsApi.key,
    SCORES_API_KEY: usualPlans.scoresApi.key,
  };
});
afterAll(async () => {
  await run('down');
  await simulator.close();
  await mail.stop();
  await folder.remove();
}, 180_000);

it('comes up from nothing by one command, and once', async () => {
  const up = await run('up');
  expect(up).toMatchObject({ code: 0 });
  expect((await run('up')).text.match(/runs already/g)).toHaveLength(6);
  const running = await readStatus(path.join(folder.path, 'home'));
  if (running === undefined) throw new Error(up.text);
  status = running;
}, 600_000);

it('takes the seasons before to the lake in the object store, and learns a model that MLflow keeps', async () => {
  const files = path.join(folder.path, 'files');
  const league = createLeague({ seed: 1, now: instant(Date.UTC(2025, 6, 1)), seasons: 6 });
  await writeFootballData({ directory: files, leagues: [league] });
  await ask('import', 'football-data', files);
  const Files = z.array(z.looseObject({ path: z.string() })).min(1);
  for (const { path: place } of Files.parse(await ask('lake', 'files', 'gold.match_features')))
    expect(place).toMatch(/^s3:\/\/football-lake\//);
  await ask('model', 'train', '--divisions', 'SIM');
  const registry = openMlflowRegistry(`http://localhost:${ports['mlflow'] ?? 0}`);
  expect(await registry.versions()).toHaveLength(1);
}, 600_000);

it('plays a day: what is collected goes through Kafka, and what is served lies in Redis', async () => {
  const { simulation } = simulator;
  const driver = new ScheduleDriver(status.temporal);
  const lists = {
    job: jobNamed('collect-fixtures'),
    input: { dataSources: ['api_football', 'odds_api', 'scores_api'], divisions: ['SIM'] },
  };
  try {
    const [day] = activeSpans(livesOfMatchdays(simulation.competition, seasonOfStartYear(2025), 1));
    if (day === undefined) throw new Error('Nobody plays on the first matchday');
    simulation.advanceTo(day.from);
    await driver.run(lists, simulation.clock);
    await driver.run({ job: jobNamed('materialise-features'), input: {} }, simulation.clock);
    simulation.setSpeed(600);
    await driver.drive(
      [
        { job: jobNamed('collect-odds'), input: {}, everyMs: 30 * minute },
        { job: jobNamed('collect-live-scores'), input: {}, everyMs: 10 * minute },
      ],
      simulation.clock,
      // From an hour and a half before the first kick-off to its end.
      instant(Math.min(day.to, day.from + 240 * minute)),
    );
    simulation.setSpeed(0);
    for (const [name, { outcomes }] of driver.runs)
      expect([...outcomes.keys()], name).not.toContain('failed');
  } finally {
    await driver.close();
  }
  const Lags = z.array(z.looseObject({ topic: z.string(), next: z.number(), messages: z.number() }));
  const read = async () => {
    const lags = Lags.parse(await ask('stream', 'lag'));
    const of = (topic: string) => lags.filter((lag) => lag.topic === topic);
    return ['odds-stream', 'scores-stream'].map(
      (topic) => of(topic).some(({ next }) => next > 0) && of(topic).every(({ messages }) => messages === 0),
    );
  };
  await expect.poll(read, { timeout: 180_000, interval: 2_000 }).toEqual([true, true]);
  const { keys } = z.looseObject({ keys: z.number() }).parse(await ask('cache', 'stats'));
  expect(keys).toBeGreaterThan(0);
}, 600_000);

it('is watched: Prometheus has counted the day, and what is wrong is mailed to those whom it concerns', async () => {
  const counted = async (query: string): Promise<number> => {
    const url = `http://localhost:${ports['prometheus'] ?? 0}/api/v1/query?query=${encodeURIComponent(query)}`;
    const answer = await (await fetch(url)).json();
    const { data } = z
      .object({ data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }) })
      .parse(answer);
    return Number(data.result[0]?.value[1] ?? 0);
  };
  for (const series of ['football_data_collection_total', 'kafka_messages_produced_total'])
    await expect.poll(() => counted(`sum(${series})`), { interval: 1_000 }).toBeGreaterThan(0);

  const { pool, db } = openDatabase(status.postgres.url, { applicationName: 'test', max: 1 });
  await keepLeaks(pool, [
    {
      ...{ model: 'football_1x2', version: '1', played: 'simulated', message: 'planted' },
      figures: { n: 1_000, mean: 0.1, standardError: 0.01 },
    },
  ]).finally(() => db.destroy());
  const told = () =>
    mail.mails
      .filter(({ text }) => readable(text).includes('ModelPlausibilityFailed'))
      .map(({ to }) => to.join());
  await expect.poll(told, { timeout: 120_000, interval: 500 }).toEqual(['data@example.org']);
}, 300_000);

it('passes the smoke test of DEP-6, but for what is in no package registry: Grafana and Marquez', async () => {
  const smoke = await run('smoke');
  expect(smoke).toMatchObject({ code: 0 });
  for (const part of ['Prometheus', 'Alertmanager', 'MLflow', 'Kafka', 'Temporal', 'API'])
    expect(smoke.text).toMatch(new RegExp(`^ok +${part}: `, 'm'));
});

it('ends by one command, with nothing left', async () => {
  expect((await run('down')).code).toBe(0);
  expect((await run('status')).text.match(/does not run/g)).toHaveLength(5);
}, 180_000);
