import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeHouse, type DescribedHouse } from '../../activities/describe-lineage.js';
import { jobLineage } from '../../activities/lineage.js';
import type { AnyLineage } from '../../adapters/lineage/declaration.js';
import { openLineageEvent } from '../../adapters/lineage/open-lineage.js';
import { postgresSink } from '../../adapters/lineage/postgres-sink.js';
import { readDescription } from '../../adapters/lineage/descriptions.js';
import { readEvents } from '../../adapters/lineage/read-events.js';
import { runEvents } from '../../adapters/lineage/run-events.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import { toApplicationFailure } from '../../adapters/temporal/activity-failure.js';
import { CheckFailed } from '../../schemas/errors.js';
import type { LineageEvent } from '../../schemas/lineage.js';
import { openLineageValidator } from '../support/open-lineage.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let database: OpenDatabase;
let house: DescribedHouse;
let refusals: (event: unknown) => string[];
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
  house = await describeHouse(database.pool);
  refusals = await openLineageValidator();
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

const workflow = '886313e1-3b8a-5372-9b90-0c9aee199e5d';
const judged = {
  ...{ checkpoint: 9, scores: { 'silver.matches': 99.5, 'silver.odds': 100, overall: 99.8 } },
  failed: [
    {
      ...{ table: 'silver.matches', type: 'expect_column_values_to_not_be_null', columns: ['match_time'] },
      ...{ says: 'a match has a kick-off', weight: 'blocks' as const, evaluated: 380, unexpected: 2 },
    },
  ],
};
/** What an activity may be asked and may answer, of all of them together. */
const input = {
  ...{
    file: { dataSource: 'football_data' },
    dataSource: 'scores_api',
    topics: ['odds-stream', 'scores-stream'],
  },
  ...{ views: [{ view: 'mv_odds_trends', rows: 3 }], mode: 'apply' },
};
const answer = {
  ...{
    outcome: 'built',
    stored: 3,
    verified: 2,
    snapshot: 7,
    inputSnapshot: 6,
    tables: [{ table: 'matches', rows: 9 }],
  },
  ...judged,
  ...{ models: [{ model: 'elo', rows: 4, months: 1 }], views: [], services: [{ vectors: 5 }] },
};

function eventsOf(name: string, declared: Exclude<AnyLineage, 'untold'>): LineageEvent[] {
  const attempt = { taskName: name, workflowType: 'import-history', workflowId: 'w', runId: workflow };
  const asked = name === 'refreshViews' ? { views: ['mv_odds_trends'] } : input;
  const answered = name === 'archiveOldRows' ? [{ table: 'gold.predictions', rows: 3 }] : answer;
  const { start, complete, fail, abort } = runEvents(
    { ...attempt, activityId: name, retryCount: 0 },
    declared,
    {
      ...{ input: asked, redactor },
    },
  );
  const at = Date.UTC(2026, 10, 24);
  return [
    start(at),
    complete(at, answered),
    fail(at, toApplicationFailure(new CheckFailed('no', {}, { ...judged, snapshot: 7 }))),
    abort(at),
  ];
}

it('every event of every job, as it is kept and read again, is as OpenLineage 2-0-2 and its facets ask', async () => {
  const jobs = Object.entries<AnyLineage>(jobLineage).flatMap(([name, declared]) =>
    declared === 'untold' ? [] : eventsOf(name, declared),
  );
  await postgresSink(database.pool, house.description).write(jobs);
  const kept = await readEvents(database.pool, { after: 0, limit: 1_000 });
  expect(kept.map(({ event }) => event.job.name)).toEqual(jobs.map(({ job }) => job.name));
  const description = await readDescription(database.pool, house.description.version);
  const told = kept.map(({ event }) => openLineageEvent(event, description));
  expect(told.flatMap(refusals)).toEqual([]);
  const text = JSON.stringify(told);
  for (const name of [
    ...['schema', 'dataSource', 'columnLineage', 'sql', 'outputStatistics', 'errorMessage'],
    ...['documentation', 'tags', 'ownership', 'parent', 'version', 'jobType'],
    ...['dataQualityAssertions', 'touchline_quality'],
  ]) {
    expect(text.includes(`"${name}":{`), name).toBe(true);
  }
});

it('an event that lacks what is asked is refused', () => {
  const [event] = eventsOf('publishSilver', jobLineage.publishSilver);
  if (event === undefined) throw new Error('There is no event');
  const told = openLineageEvent(event, house.description);
  expect(refusals(told)).toEqual([]);
  expect(refusals({ ...told, eventTime: 'today' })).not.toEqual([]);
  expect(refusals({ ...told, job: { ...event.job, facets: { sql: { query: 'select 1' } } } })).not.toEqual(
    [],
  );
  expect(refusals({ ...told, run: { runId: 'seven', facets: {} } })).not.toEqual([]);
});

it('a description is kept once, and is the same wherever it is made', async () => {
  const again = await describeHouse(database.pool);
  expect(again.description.version).toBe(house.description.version);
  await postgresSink(database.pool, again.description).write(eventsOf('clean', jobLineage.publishSilver));
  const { rows } = await database.pool.query(
    'select count(*) as n from lineage_descriptions where version = $1',
    [again.description.version],
  );
  expect(rows).toEqual([{ n: 1 }]);
});
