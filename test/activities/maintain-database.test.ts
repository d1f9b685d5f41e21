import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMaintainDatabaseActivities } from '../../activities/maintain-database.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { defaultPartitions, missingMonths } from '../../adapters/postgres/partitions.js';
import type { Row } from '../../adapters/postgres/row.js';
import { RefreshViewsInput } from '../../schemas/jobs/database-maintenance.js';
import { asActivity } from '../support/house.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { insertRow, matchRow, seedMatch } from '../support/silver-rows.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
  database = openDatabase(postgres.url, { applicationName: 'test', max: 4 });
});
afterAll(async () => {
  await database.db.destroy();
  await postgres.stop();
});

const maintain = () => {
  const activities = createMaintainDatabaseActivities({ pool: database.pool });
  return asActivity(() => activities.maintainDatabase({}));
};

it('maintenance tells what a default partition caught, moves it, and the next one finds nothing', async () => {
  await insertRow(database.pool, 'matches', matchRow(await seedMatch(database.pool, '2039-05-12T14:00:00Z')));
  const first = await maintain();
  expect(first).toMatchObject({ caughtByDefault: [{ table: 'matches', rows: 1 }], partitionsMade: 1 });
  expect(await maintain()).toMatchObject({ caughtByDefault: [], partitionsMade: 0 });
  expect((await defaultPartitions(database.pool)).every(({ rows }) => rows === 0)).toBe(true);
});

it('refreshes the views that are asked for, and all where none is', async () => {
  const activities = createMaintainDatabaseActivities({ pool: database.pool });
  const views: RefreshViewsInput['views'] = ['mv_odds_trends'];
  const one = await asActivity(() => activities.refreshViews({ views }));
  expect(one.views.map(({ view }) => view)).toEqual(views);
  const { rows } = await database.pool.query('select view_name from materialized_view_refreshes');
  expect(rows).toEqual([{ view_name: 'mv_odds_trends' }]);
  const all = await asActivity(() => activities.refreshViews(RefreshViewsInput.parse({})));
  expect(all.views.map(({ view }) => view)).toEqual(['mv_team_recent_performance', 'mv_odds_trends']);
});

it('maintenance makes partitions that are gone, gives a partitioned table statistics as a whole and clears dead rows away', async () => {
  const { rows: before } = await database.pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits
     where inhparent = 'predictions'::regclass and inhrelid <> 'predictions_default'::regclass`,
  );
  expect(before).toHaveLength(4);
  for (const { name } of before) await database.pool.query(`drop table ${name}`);
  expect(await maintain()).toMatchObject({ partitionsMade: 4 });
  const { rows } = await database.pool.query<{ rows: number }>(
    `select reltuples::integer as rows from pg_class where relname = 'matches'`,
  );
  expect(rows).toEqual([{ rows: 1 }]);
  // Only a vacuum tells which pages every reader sees the whole of.
  const { rows: seen } = await database.pool.query(
    `select relallvisible > 0 as vacuumed from pg_class where relname = 'teams'`,
  );
  expect(seen).toEqual([{ vacuumed: true }]);
});

it('maintenance removes violations that have outlived their time, and reports those of the week', async () => {
  await database.pool.query(
    `insert into constraint_violations (constraint_name, table_name, sql_state, message, occurred_at)
     values ('ck_old', 'odds', '23514', 'old', now() - interval '91 days'),
       ('ck_kept', 'odds', '23514', 'kept', now() - interval '89 days'),
       ('ck_new', 'odds', '23514', 'new', now())`,
  );
  expect(await maintain()).toMatchObject({
    removed: expect.arrayContaining([{ table: 'constraint_violations', rows: 1 }]) as unknown,
    violations: [{ constraint: 'ck_new', table: 'odds', lastWeek: 1 }],
  });
  expect(await missingMonths(database.pool, new Date())).toEqual([]);
});

it('maintenance removes what budgets granted and skipped, and checks of sources, of more than 30 days ago, whatever day they were for', async () => {
  const told = `'api_football', '2024-03-09Z', 1, 'live', 't', 't/r', '/fixtures'`;
  const made = (days: number): string => `now() - interval '${days} days'`;
  await database.pool.query(`
    insert into provider_spends (provider, spent_at, cost, priority, task_name, task_id, endpoint, request_id, created_at)
      values (${told}, 'old', ${made(31)}), (${told}, 'young', ${made(29)});
    insert into provider_skips
        (provider, skipped_at, cost, priority, task_name, task_id, endpoint, request_id, reason, units_left, units_kept, created_at)
      values (${told}, 'old', 'day_spent', 0, 0, ${made(31)}), (${told}, 'young', 'day_spent', 0, 0, ${made(29)});
    insert into provider_plans (provider, day, priority, wanted, granted, planned_at, created_at)
      values ('api_football', '2024-03-09', 'live', 1, 1, now(), ${made(32)}), ('odds_api', '2024-03-09', 'live', 1, 1, now(), ${made(30)});
    insert into provider_accounts (provider, period_kind, period_start, unit_limit, created_at)
      values ('api_football', 'day', '2024-03-09Z', 1, ${made(32)}), ('api_football', 'minute', '2024-03-09Z', 1, ${made(30)});
    insert into provider_health (data_source, checked_at, state, reasons, measures, created_at)
      values ('old', '2024-03-09Z', 'healthy', '[]', '{}', ${made(31)}), ('young', '2024-03-09Z', 'healthy', '[]', '{}', ${made(29)});`);
  const { removed } = await maintain();
  expect(removed.filter(({ table }) => table.startsWith('provider_'))).toEqual([
    { table: 'provider_spends', rows: 1 },
    { table: 'provider_skips', rows: 1 },
    { table: 'provider_plans', rows: 1 },
    { table: 'provider_accounts', rows: 1 },
    { table: 'provider_health', rows: 1 },
  ]);
  const { rows } = await database.pool.query(
    'select s.request_id as spend, k.request_id as skip, h.data_source as source from provider_spends s, provider_skips k, provider_health h',
  );
  expect(rows).toEqual([{ spend: 'young', skip: 'young', source: 'young' }]);
});

it('maintenance removes lineage that is older than 90 days', async () => {
  await database.pool.query(`
    insert into lineage_events
      (event_time, event_type, run_id, job_namespace, job_name, inputs, outputs, facets, producer, created_at)
    select now(), 'START', gen_random_uuid(), 'touchline', days::text, '[]', '[]', '{}', 'urn:test', now() - days * interval '1 day'
    from (values (89), (91)) as kept (days)`);
  const { removed } = await maintain();
  expect(removed).toContainEqual({ table: 'lineage_events', rows: 1 });
  const { rows } = await database.pool.query('select job_name from lineage_events');
  expect(rows).toEqual([{ job_name: '89' }]);
});

it('maintenance notes a privilege that somebody gave by hand since the last look, and one taken back', async () => {
  const changes = async () =>
    (
      await database.pool.query<
        Row<{ change: 'v_permission_changes.change'; grantee: 'v_permission_changes.grantee' }>
      >(
        `select change, grantee from v_permission_changes where object_name = 'teams' and privilege = 'DELETE' order by changed_at`,
      )
    ).rows;
  await database.pool.query('grant delete on teams to football_writer');
  await maintain();
  expect(await changes()).toEqual([{ change: 'granted', grantee: 'football_writer' }]);
  await database.pool.query('revoke delete on teams from football_writer');
  await maintain();
  expect(await changes()).toEqual([
    { change: 'granted', grantee: 'football_writer' },
    { change: 'revoked', grantee: 'football_writer' },
  ]);
});
