import { afterAll, beforeAll, expect, it } from 'vitest';
import { deployedVersions, makeCurrent } from '../../adapters/temporal/worker-versions.js';
import { describeError } from '../../schemas/errors.js';
import { instant, seasonOfStartYear } from '../../schemas/values.js';
import type { LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { startLocalTemporal } from '../../scripts/histories/local-temporal.js';
import { prefixes, serveSimulator, type Simulator } from '../../simulator/server.js';
import { usualPlans } from '../../simulator/simulation.js';
import { jobs, type Job } from '../../workflows/jobs.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { activeSpans, livesOfMatchdays } from '../support/season/active-spans.js';
import { ScheduleDriver } from '../support/season/schedule-driver.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';

const minute = 60_000;
const deploymentName = 'touchline';
const rolledInMs = 120_000;
const followed = `WorkflowType = 'followMatch' and ExecutionStatus in ('Running', 'Completed')`;

let folder: TestFolder;
let postgres: TestPostgres;
let temporal: LocalTemporal;
let simulator: Simulator;
const running: WorkerProcess[] = [];

beforeAll(async () => {
  folder = await makeTestFolder();
  [postgres, temporal] = await Promise.all([startTestPostgres(), startLocalTemporal()]);
  simulator = await serveSimulator({
    ...{ seed: 1, startsAt: instant(Date.UTC(2025, 6, 1, 12)), speed: 0, faults: [], plans: usualPlans },
    readRealTime: Date.now,
  });
});
afterAll(async () => {
  for (const worker of running) await worker.drain();
  await simulator.close();
  await temporal.stop();
  await postgres.stop();
  await folder.remove();
});

async function startWorker(buildId: string): Promise<WorkerProcess> {
  const at = (provider: keyof typeof prefixes): string => simulator.url + prefixes[provider];
  const worker = await startWorkerProcess({
    TOUCHLINE_HOME: folder.path,
    TOUCHLINE_LOG_LEVEL: 'error',
    DATABASE_URL: postgres.url,
    TEMPORAL_ADDRESS: temporal.place.address,
    TEMPORAL_NAMESPACE: temporal.place.namespace,
    ...{ TEMPORAL_DEPLOYMENT: deploymentName, TEMPORAL_BUILD_ID: buildId },
    ...{ LAKE_URL: '', REDIS_URL: '', KAFKA_BROKERS: '', MLFLOW_TRACKING_URI: '' },
    ...{ FOOTBALL_DATA_URL: at('football_data'), API_FOOTBALL_URL: at('api_football') },
    ...{ ODDS_API_URL: at('odds_api'), SCORES_API_URL: at('scores_api') },
    ...{ OPEN_METEO_URL: at('open_meteo'), OPEN_METEO_ARCHIVE_URL: at('open_meteo') },
    ...{ API_FOOTBALL_KEY: usualPlans.apiFootball.key, ODDS_API_KEY: usualPlans.oddsApi.key },
    SCORES_API_KEY: usualPlans.scoresApi.key,
  });
  running.push(worker);
  return worker;
}

/** As a rollout goes: the new version polls, is given the work, and then the old one is ended. */
async function roll(old: WorkerProcess, buildId: string): Promise<WorkerProcess> {
  const next = await startWorker(buildId);
  await makeCurrent(temporal.client, { deploymentName, buildId }, rolledInMs);
  running.splice(running.indexOf(old), 1);
  expect(await old.drain()).toBe(0);
  return next;
}

/** How a run ended that did not end well. */
async function whyItEnded(workflowId: string, runId: string): Promise<string> {
  const error: unknown = await temporal.client.workflow
    .getHandle(workflowId, runId, { followRuns: false })
    .result()
    .catch((reason: unknown) => reason);
  return `${workflowId}: ${describeError(error)}`;
}

function jobNamed(name: string): Job {
  const job = jobs.find((one) => one.name === name);
  if (job === undefined) throw new Error(`There is no job ${name}`);
  return job;
}

it('workers that are rolled twice while a matchday is played fail no workflow and lose none', async () => {
  const { simulation } = simulator;
  const driver = new ScheduleDriver(temporal.place);
  try {
    const first = await startWorker('1');
    await makeCurrent(temporal.client, { deploymentName, buildId: '1' }, rolledInMs);
    const [day] = activeSpans(livesOfMatchdays(simulation.competition, seasonOfStartYear(2025), 1));
    if (day === undefined) throw new Error('Nobody plays on the first matchday');
    simulation.advanceTo(day.from);
    const lists = {
      dataSources: ['api_football', 'odds_api', 'scores_api'],
      divisions: ['SIM'],
      upTo: 'silver',
    };
    await driver.run({ job: jobNamed('collect-fixtures'), input: lists }, simulation.clock);
    const following = { job: jobNamed('plan-matches'), input: { steps: ['weather', 'lineups'] } };
    await driver.run(following, simulation.clock);
    // Each match is followed by a run that goes on through all versions.
    await expect.poll(async () => (await temporal.client.workflow.count(followed)).count).toBeGreaterThan(0);
    simulation.setSpeed(300);
    let isRolled = false;
    const rolling = roll(first, '2')
      .then((second) => roll(second, '3'))
      .finally(() => {
        isRolled = true;
      });
    const schedules = [
      { job: jobNamed('collect-live-scores'), input: {}, everyMs: 2 * minute },
      { job: jobNamed('collect-odds'), input: {}, everyMs: 5 * minute },
      { ...following, everyMs: 15 * minute },
    ];
    // The day waits for whoever rolls, on whatever machine.
    const hasRolled = (): boolean => isRolled;
    while (!hasRolled()) {
      await driver.drive(schedules, simulation.clock, instant(simulation.now + 15 * minute));
    }
    await rolling;
    await driver.drive(schedules, simulation.clock, instant(simulation.now + 10 * minute));
    simulation.setSpeed(0);
  } finally {
    await driver.close();
  }

  // A match that begins calls off the step that still waits for its line-ups.
  const badly = `ExecutionStatus in ('Failed', 'TimedOut', 'Terminated')`;
  const endedBadly = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { workflowId, runId } of temporal.client.workflow.list({ query: badly }))
      found.push(await whyItEnded(workflowId, runId));
    return found;
  };
  await expect.poll(endedBadly).toEqual([]);
  const { started, ended } = [...driver.runs.values()].reduce(
    (sum, { started: of, outcomes }) => ({
      started: sum.started + of,
      ended: sum.ended + [...outcomes.values()].reduce((all, count) => all + count, 0),
    }),
    { started: 0, ended: 0 },
  );
  expect(started).toBeGreaterThan(5);
  expect(ended).toBe(started);
  for (const [name, { outcomes }] of driver.runs) expect([...outcomes.keys()], name).not.toContain('failed');
  expect(await deployedVersions(temporal.client, deploymentName)).toContainEqual({
    buildId: '3',
    isCurrent: true,
  });
}, 600_000);
