import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCollectFilesActivities } from '../../activities/collect-files.js';
import {
  createCollectFixturesActivities,
  type CollectFixturesDeps,
} from '../../activities/collect-fixtures.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { providersOf } from '../../adapters/providers/registry.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { toApplicationFailure } from '../../adapters/temporal/activity-failure.js';
import { budgetsWith } from '../../schemas/budgets.js';
import { CollectFixturesResult } from '../../schemas/jobs/collect-fixtures.js';
import { instant } from '../../schemas/values.js';
import { prefixes, type Simulator } from '../../simulator/server.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { writeEdition } from '../support/football-data-files.js';
import { anEntry, jsonText } from '../support/openfootball-files.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { saturday, serveStandingStill } from '../support/simulation.js';
import { startTestTemporal, type TestTemporal } from '../support/temporal.js';

let postgres: TestPostgres;
let database: OpenDatabase;
let temporal: TestTemporal;
let simulator: Simulator;
let folder: TestFolder;
const clock = { startsAt: saturday, realStart: Date.now(), speed: 60 };

beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'fixture-sources', max: 4 });
  temporal = await startTestTemporal();
  simulator = await serveStandingStill();
  folder = await makeTestFolder();
  const match = anEntry({ date: '2026-09-12', score: undefined });
  await writeEdition(folder.path, '2026-27/en.1.json', jsonText([match]));
});
afterAll(async () => {
  await folder.remove();
  await simulator.close();
  await temporal.stop();
  await database.db.destroy();
  await postgres.stop();
});

/** Fails as it does in a worker. */
const inWorker =
  <Input, Result>(activity: (input: Input) => Promise<Result>) =>
  (input: Input): Promise<Result> =>
    activity(input).catch((error: unknown) => {
      throw toApplicationFailure(error);
    });

/** The job with the real collection, over a simulator and a folder of openfootball's. */
async function run(access: Pick<CollectFixturesDeps, 'apiFootball' | 'oddsApi' | 'scoresApi'>, input = {}) {
  const { pool, db } = database;
  const providers = providersOf(access, () => instant(Date.now()));
  const collecting = createCollectFilesActivities({
    ...{ pool, db, providers, redactor, meters: createMeters(), budgets: budgetsWith({}) },
  });
  const choosing = createCollectFixturesActivities({
    footballDataUrl: `${simulator.url}${prefixes.football_data}`,
    openfootballUrl: folder.path,
    ...access,
  });
  return await temporal.run(
    'collectFixtures',
    { ...input, clock },
    {
      fixtureSources: inWorker((asked) => choosing.fixtureSources(asked)),
      listSourceFiles: inWorker((asked) => collecting.listSourceFiles(asked)),
      collectFile: inWorker((asked) => collecting.collectFile(asked)),
    },
  );
}
const nothing = { url: undefined, key: undefined };
const withoutKeys = { apiFootball: nothing, oddsApi: nothing, scoresApi: nothing };
const keyed = (key: string) => ({
  apiFootball: { url: `${simulator.url}${prefixes.api_football}`, key },
  oddsApi: { url: `${simulator.url}${prefixes.odds_api}`, key },
  scoresApi: { url: `${simulator.url}${prefixes.scores_api}`, key },
});

describe('the daily fixtures', () => {
  it('come without any key, and what is missing is named with its variable', async () => {
    const { result } = await run(withoutKeys);
    const { sources } = CollectFixturesResult.parse(result);
    expect(sources.map(({ dataSource, result: { outcome } }) => `${dataSource} ${outcome}`)).toEqual([
      'football_data succeeded',
      'openfootball succeeded',
      'api_football skipped',
      'odds_api skipped',
      'scores_api skipped',
    ]);
    expect(sources[0]?.counts?.stored).toBeGreaterThan(0);
    expect(sources.flatMap(({ result: said }) => ('reason' in said ? [said.reason] : []))).toEqual([
      'api_football needs a key, and API_FOOTBALL_KEY is not set',
      'odds_api needs a key, and ODDS_API_KEY is not set',
      'scores_api has no address: SCORES_API_URL is not set',
    ]);
  });

  it('without a key for a feed of scores that has an address name the key', async () => {
    const scoresApi = { url: `${simulator.url}${prefixes.scores_api}`, key: undefined };
    const { result } = await run({ ...withoutKeys, scoresApi }, { dataSources: ['scores_api'] });
    expect(CollectFixturesResult.parse(result).result).toEqual({
      outcome: 'skipped',
      reason: 'scores_api needs a key, and SCORES_API_KEY is not set',
    });
  });

  it.each([
    ['api_football', 'API_FOOTBALL_KEY'],
    ['odds_api', 'ODDS_API_KEY'],
    ['scores_api', 'SCORES_API_KEY'],
  ])('of %s with a key that it refuses name it and %s, and not the key', async (dataSource, variable) => {
    const { failure } = await run(keyed('not-the-key-at-all'), {
      dataSources: [dataSource],
      divisions: ['SIM'],
    });
    expect(failure).toMatchObject({ name: 'KeyRefused' });
    expect(failure?.message).toContain(`${dataSource} refuses the key in ${variable}`);
    expect(JSON.stringify(failure)).not.toContain('not-the-key-at-all');
  });

  it('of seasons that are over spend what is left of a day, those of the running one what fixtures may', async () => {
    await run(keyed('not-the-key-at-all'), {
      dataSources: ['api_football'],
      seasons: ['2024-25'],
      divisions: ['SIM'],
    });
    const { rows } = await database.pool.query<{ priority: string }>(
      `select priority from provider_spends where provider = 'api_football'`,
    );
    expect(new Set(rows.map(({ priority }) => priority))).toEqual(new Set(['fixtures', 'backfill']));
  });
});
