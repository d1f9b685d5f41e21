import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCheckQualityActivities } from '../../activities/check-quality.js';
import { createMeters } from '../../adapters/metrics/meters.js';
import { setQualityGauges } from '../../adapters/metrics/quality-gauges.js';
import { readCheckpoint } from '../../adapters/postgres/checkpoints.js';
import { CheckFailed, PrerequisiteMissing } from '../../schemas/errors.js';
import type { QualityCheckInput } from '../../schemas/jobs/quality-check.js';
import { checkpointOf, suiteTables } from '../../schemas/jobs/quality-check.js';
import { instantFromIso } from '../../schemas/values.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { asActivity } from '../support/house.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let folder: TestFolder;
let lake: TestLake;
beforeAll(async () => {
  postgres = await startTestPostgres();
  folder = await makeTestFolder();
  lake = await openTestLake(postgres.url, folder.path);
});
afterAll(async () => {
  await lake.close();
  await postgres.stop();
  await folder.remove();
});

const meters = createMeters();
const startsAt = instantFromIso('2026-11-24T10:00:00Z');
const check = (input: QualityCheckInput) =>
  asActivity(() =>
    createCheckQualityActivities({
      ...{ pool: lake.house.pools.admin.pool, lake: lake.lake, meters },
    }).checkQuality({
      ...{ ...input, runId: 'check/1' },
      clock: { startsAt, realStart: 0, speed: 0 },
    }),
  );

it('a lake without tables has nothing to judge; one that is clean meets everything, and its checkpoint says of what', async () => {
  await expect(check({})).rejects.toThrow(PrerequisiteMissing);

  await importToSilver(lake.house, folder.path, testLeague(), 'import/1');
  await lake.publish('publish/1');
  const { snapshot } = await lake.buildGold('build/1');
  const snapshots = (await lake.jobSnapshots()).length;
  const found = await check({});
  expect(found).toMatchObject({ unmet: 0, anomalies_count: 0, overall_success_rate: 100 });
  expect(Object.keys(found.scores).sort()).toEqual([...suiteTables, 'overall'].sort());
  expect((await lake.jobSnapshots()).length).toBe(snapshots);

  const kept = await readCheckpoint(lake.house.pool, found.checkpoint);
  expect(kept).toMatchObject({
    kind: 'check',
    runId: 'check/1',
    snapshot,
    runAt: startsAt,
    overallSuccessRate: 100,
  });
  const { rows } = await lake.house.pool.query<{ n: number }>(
    `select count(*)::int as n from matches where match_time + interval '3 hours' between $1::timestamptz - interval '28 days' and $1`,
    [new Date(startsAt)],
  );
  expect(kept?.freshness?.due).toContainEqual({ kind: 'score', due: rows[0]?.n, missing: 0 });
  expect(kept?.validations.find(({ type }) => type === 'expect_teams_to_play_once_a_day')).toMatchObject({
    ...{ evaluated: 280, unexpected: 0 },
  });
});

it('the last check of all that is published is shown to Prometheus, and how long its tables took', async () => {
  setQualityGauges(meters, await readCheckpoint(lake.house.pool));
  const { text } = await meters.exposition();
  const suite = 'table_name="silver.odds",suite_name="odds data quality"';
  expect(text).toContain('football_data_quality_score{table_name="overall"} 100');
  expect(text).toContain(`football_data_quality_check_success_rate{${suite}} 100`);
  expect(text).toMatch(new RegExp(`football_data_quality_expectations_total\\{${suite}\\} [1-9]`));
  expect(text).toContain(
    `football_data_quality_expectations_failed{${suite},expectation_type="expect_column_values_to_be_between"} 0`,
  );
  expect(text).toContain('football_data_quality_check_duration_seconds_count{table_name="silver.odds"} 1');

  setQualityGauges(meters, undefined);
  expect((await meters.exposition()).text).not.toContain('football_data_quality_score{');
});

describe('a contract that is broken', () => {
  const unmetOf = async (checkpoint: number) =>
    (await readCheckpoint(lake.house.pool, checkpoint))?.validations.filter(
      ({ unexpected }) => unexpected > 0,
    );
  const failing = async (): Promise<{ readonly checkpoint: number; readonly message: string }> => {
    const failure: unknown = await check({}).catch((error: unknown) => error);
    if (!(failure instanceof CheckFailed)) throw new Error('The check has not failed');
    return { checkpoint: checkpointOf(failure.subject.object) ?? 0, message: failure.message };
  };

  it('fails the check, which is kept and says which column of which table a reader does not find', async () => {
    await lake.lake.write((connection) =>
      connection.run('alter table lake.gold.elo rename column home_elo to h'),
    );
    const { checkpoint, message } = await failing();
    expect(message).toMatch(
      /^What is published breaks its contracts. gold.elo: the table has the columns of its contract/,
    );
    expect(await unmetOf(checkpoint)).toMatchObject([
      {
        ...{ table: 'gold.elo', type: 'expect_table_to_keep_its_contract', weight: 'blocks', unexpected: 1 },
        examples: [{ column: 'home_elo', promised: 'DOUBLE', found: null }],
      },
    ]);
    await lake.lake.write((connection) =>
      connection.run('alter table lake.gold.elo rename column h to home_elo'),
    );
    await expect(check({})).resolves.toMatchObject({ unmet: 0 });
  });

  it('by a month that waits for the lake for longer than a day is told with the month, and kept again once it is published', async () => {
    const mark = (hours: number) =>
      lake.house.pool.query(
        `insert into lake_dirty_partitions (table_name, month, first_marked_at) values ('odds', '2026-10-01', now() - make_interval(hours => $1))
         on conflict (table_name, month) do update set first_marked_at = excluded.first_marked_at, version = lake_dirty_partitions.version + 1`,
        [hours],
      );
    await mark(23);
    await expect(check({})).resolves.toMatchObject({ unmet: 0 });
    await mark(25);
    const { checkpoint } = await failing();
    expect(await unmetOf(checkpoint)).toMatchObject([
      {
        ...{ table: 'silver.odds', type: 'expect_table_to_be_fresh' },
        examples: [{ partitions: 1, oldest: '2026-10' }],
      },
    ]);
    await lake.publish('publish/waiting');
    const kept = await readCheckpoint(lake.house.pool, (await check({})).checkpoint);
    expect(kept?.freshness).toMatchObject({ waiting: [] });
    expect(kept?.freshness?.goldBehind).toBeLessThan(1);
  });

  it('is none where gold came out the same from the newest silver', async () => {
    expect(await lake.buildGold('build/unchanged')).toMatchObject({ outcome: 'unchanged' });
    const kept = await readCheckpoint(lake.house.pool, (await check({})).checkpoint);
    expect(kept?.freshness?.goldBehind).toBeNull();
  });

  it('is one again from the next publication on, whatever gold was built from before', async () => {
    await lake.house.pool.query(
      `insert into lake_dirty_partitions (table_name, month) values ('odds', '2026-10-01')`,
    );
    await lake.publish('publish/after');
    const behind = async () =>
      (await readCheckpoint(lake.house.pool, (await check({})).checkpoint))?.freshness?.goldBehind;
    expect(await behind()).toBeLessThan(1);
    expect(await behind()).not.toBeNull();
    expect(await lake.buildGold('build/after')).toMatchObject({ outcome: 'unchanged' });
    expect(await behind()).toBeNull();
  });
});

it('of tables that are named no other is judged, and nothing is asked of matches', async () => {
  const { scores, missing } = await check({ tables: ['silver.odds'] });
  expect(scores).toEqual({ 'silver.odds': 100, overall: 100 });
  expect(missing).toBeNull();
});

it('what a file left out is told of, and holds nothing back', async () => {
  await lake.house.pool.query(`update match_registry set season = '2024-25'`);
  await lake.house.pool.query(`update matches set season = '2024-25'`);
  await lake.house.pool.query(
    `insert into lake_dirty_partitions (table_name, month)
     select distinct 'matches', date_trunc('month', match_time at time zone 'UTC')::date from matches`,
  );
  await lake.publish('publish/2');
  const found = await check({ tables: ['silver.matches'] });
  expect(found).toMatchObject({
    ...{ unmet: 1, snapshot: expect.any(Number) as unknown },
    failed: [{ table: 'silver.matches', weight: 'reports', unexpected: 1 }],
  });
  const kept = await readCheckpoint(lake.house.pool, found.checkpoint);
  expect(kept?.validations.filter(({ unexpected }) => unexpected > 0)).toMatchObject([
    {
      weight: 'reports',
      examples: [{ league: 'SIM', season: '2024-25', teams: 20, matches: 140, expected: 380 }],
    },
  ]);
});

it('what is odd is counted, and shown with match and payload', async () => {
  const { rows } = await lake.house.pool.query<{ id: number }>(
    `select id from matches where match_status = 'completed' order by match_time desc, id desc limit 1`,
  );
  const id = rows[0]?.id ?? 0;
  await lake.lake.write(async (connection) => {
    await connection.run(`update lake.silver.matches set home_score = 11, away_score = 2 where id = ${id}`);
    await connection.run(
      `update lake.silver.odds set suspicious_odds = true where id = (select max(id) from lake.silver.odds where home_odds is not null)`,
    );
  });
  const { checkpoint, anomalies_count } = await check({});
  expect(anomalies_count).toBe(2);
  const anomalies = (await readCheckpoint(lake.house.pool, checkpoint))?.anomalies;
  expect(anomalies?.unusualScores).toMatchObject({
    ...{ count: 1, shown: [{ matchId: id, league: 'SIM', homeScore: 11, awayScore: 2 }] },
  });
  expect(anomalies?.suspiciousOdds).toMatchObject({ count: 1, shown: [{ prices: {} }] });
  expect(Object.keys(anomalies?.suspiciousOdds.shown[0]?.prices ?? {})).toContain('home');
});

it('sources that tell the same otherwise are told of, with what each of them says', async () => {
  const second = (table: string, replaced: string, which: string): string =>
    `insert into lake.silver.${table} select * replace ('second' as data_source, ${replaced}) from lake.silver.${table} where ${which}`;
  const { rows } = await lake.house.pool.query<{ id: number }>(
    `select match_id as id from odds where price_phase = 'closing' and bookmaker = 'bet365' and market_type = '1x2' order by match_id limit 2`,
  );
  const [same = 0, other = 0] = rows.map(({ id }) => id);
  const finals = `match_status = 'completed' and match_id in (${same}, ${other})`;
  const closing = `price_phase = 'closing' and match_id in (${same}, ${other})`;
  await lake.lake.write(async (connection) => {
    await connection.run(
      second(
        'fixture_revisions',
        `home_score + (match_id = ${other})::integer as home_score, home_score as away_score`,
        finals,
      ),
    );
    await connection.run(
      `update lake.silver.fixture_revisions set away_score = home_score where data_source <> 'second' and ${finals}`,
    );
    await connection.run(
      second('odds', `(home_odds * if(match_id = ${other}, 1.2, 1.05))::decimal(9, 3) as home_odds`, closing),
    );
  });
  const { checkpoint } = await check({});
  const agreement = (await readCheckpoint(lake.house.pool, checkpoint))?.validations.filter(
    ({ type }) => type === 'expect_sources_to_agree',
  );
  expect(agreement?.map(({ table, unexpected, evaluated }) => [table, evaluated > unexpected])).toEqual([
    ['silver.fixture_revisions', true],
    ['silver.odds', true],
  ]);
  const [scores, prices] = agreement ?? [];
  expect(scores).toMatchObject({ evaluated: 2, unexpected: 1, weight: 'reports' });
  expect(scores?.examples[0]).toMatchObject({ match_id: other });
  expect(scores?.examples[0]?.['said']).toMatch(/^football_data (\d+)-\1, second \d+-\1$/);
  expect(new Set(prices?.examples.map(({ match_id: id }) => id))).toEqual(new Set([other]));
});

it('a bad day shows in the score: of the newest rows, however many there are of years before, and of all where that is asked', async () => {
  const { rows } = await lake.house.pool.query<{ rows: number; bad: number }>(
    `select count(*)::integer as rows, (count(*) filter (where home_odds is not null and recorded_at = (select max(recorded_at) from odds)))::integer as bad from odds`,
  );
  const [of = { rows: 0, bad: 0 }] = rows;
  await lake.lake.write((connection) =>
    connection.run(
      `update lake.silver.odds set home_odds = 2000 where home_odds is not null and recorded_at = (select max(recorded_at) from lake.silver.odds)`,
    ),
  );
  const judged = async (input: QualityCheckInput) => {
    const found = await check({ ...input, tables: ['silver.odds'] });
    const kept = await readCheckpoint(lake.house.pool, found.checkpoint);
    const prices = kept?.validations.find(
      ({ type, columns }) => type === 'expect_column_values_to_be_between' && columns.includes('home_odds'),
    );
    return {
      score: found.scores['silver.odds'] ?? NaN,
      rows: kept?.rowsJudged ?? NaN,
      bad: prices?.unexpected,
    };
  };
  const [newest, usual, all] = [
    await judged({ rows: of.bad }),
    await judged({}),
    await judged({ rows: 'all' }),
  ];
  expect(all.bad).toBeGreaterThan(0);
  expect([newest.bad, usual.bad]).toEqual([all.bad, all.bad]);
  expect(all.rows).toBeGreaterThan(of.rows - 1);
  expect(usual.rows).toBeGreaterThanOrEqual(1_000);
  expect(usual.rows).toBeLessThan(all.rows / 2);
  expect(newest.score).toBeLessThan(usual.score);
  expect(usual.score).toBeLessThan(all.score);
});
