import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { bronze, lake, online, silver } from '../../adapters/lineage/datasets.js';
import { postgresSink } from '../../adapters/lineage/postgres-sink.js';
import { openDatabase, type OpenDatabase } from '../../adapters/postgres/open-database.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import { madeOf } from '../support/lineage-event.js';
import { insertRow, matchRow, quoteRow, seedMatch } from '../support/silver-rows.js';
import { useOwnStack } from '../support/own-stack.js';

const { ask: json, call } = useOwnStack();
let database: OpenDatabase;
beforeAll(async () => {
  const { postgres } = z.object({ postgres: z.object({ url: z.string() }) }).parse(await json('status'));
  database = openDatabase(postgres.url, { applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await database.db.destroy();
});

it('status warns of a row that a default partition caught, until its partition is made', async () => {
  await insertRow(database.pool, 'matches', matchRow(await seedMatch(database.pool, '2039-05-12T14:00:00Z')));
  expect(await json('status')).toMatchObject({ caughtByDefault: [{ table: 'matches', rows: 1 }] });
  expect((await call(['status'])).stdout).toContain('1 rows of matches are in its default partition');
  expect(await json('db', 'partitions')).toMatchObject({ made: 0 });
  expect(await json('db', 'partitions', '--make')).toMatchObject({
    made: 1,
    tables: [{ table: 'matches', lastMonth: '2039-05', caughtByDefault: 0 }, {}, {}, {}],
  });
  expect(await json('status')).toMatchObject({ caughtByDefault: [] });
});

it('to look takes the rights of a reader, to make those of the admin', async () => {
  await database.pool.query(
    'revoke select on default_partition_rows, constraint_inventory from football_reader',
  );
  try {
    for (const look of ['partitions', 'constraints']) {
      const { code, stderr } = await call(['db', look]);
      expect(`${code} ${stderr}`, look).toMatch(/^1 [^]*permission denied for view/);
    }
    expect(await json('db', 'partitions', '--make')).toMatchObject({ made: 0 });
  } finally {
    await database.pool.query(
      'grant select on default_partition_rows, constraint_inventory to football_reader',
    );
  }
});

it('before a grant or a revoke: who may do what with a table, what is made of it and who reads that, and what came and went', async () => {
  await postgresSink(database.pool).write([
    madeOf('refineBatch', bronze('raw_odds_data'), silver('odds'), 1),
    madeOf('publishSilver', silver('odds'), lake('silver', 'odds'), 2),
    madeOf('materialise', lake('silver', 'odds'), online('features'), 3),
  ]);
  // It makes the catalogue of the lake, whose readers are those of its tables.
  await json('run', 'publish');
  await database.pool.query(
    'select record_permissions(); revoke select on raw_odds_data from football_reader',
  );
  try {
    await database.pool.query('select record_permissions()');
    expect(await json('db', 'access', 'raw_odds_data')).toMatchObject({
      roles: [
        { role: 'football_writer', privileges: ['SELECT', 'INSERT', 'UPDATE'], mayAlter: false },
        { role: 'football_reader', privileges: [] },
        { role: 'football_admin', mayAlter: true },
      ],
      downstream: expect.arrayContaining([
        {
          dataset: 'football_db.silver/odds',
          readers: ['football_writer', 'football_reader', 'football_admin'],
        },
        { dataset: 'football_db.silver/lake.odds', readers: ['football_reader', 'football_admin'] },
        { dataset: 'online/features', readers: null },
      ]) as unknown,
      changes: expect.arrayContaining([
        expect.objectContaining({ change: 'revoked', grantee: 'football_reader', privilege: 'SELECT' }),
      ]) as unknown,
    });
    expect((await call(['db', 'access', 'raw_odds_data'])).stdout).toMatch(
      /lake\.odds +football_reader, football_admin/,
    );
    const unknown = await call(['db', 'access', 'nothing']);
    expect(`${unknown.code} ${unknown.stderr}`).toMatch(/^[12] [^]*There is no table or view nothing/);
  } finally {
    await database.pool.query('grant select on raw_odds_data to football_reader');
  }
});

it('the job that maintains the database says what it did, and so does the one that refreshes the views', async () => {
  expect(await json('run', 'database-maintenance')).toMatchObject({ caughtByDefault: [], partitionsMade: 0 });
  expect(await json('run', 'refresh-materialized-views')).toMatchObject({
    views: [{ view: 'mv_team_recent_performance', rows: 2 }, { view: 'mv_odds_trends' }],
  });
});

it('a broken rule is found with its definition, its count and the value that broke it', async () => {
  const seeded = await seedMatch(database.pool);
  const refused = inTransaction(database.pool, ({ client }) =>
    insertRow(client, 'odds', { ...quoteRow(seeded), home_odds: 1.01 }),
  );
  await expect(refused).rejects.toMatchObject({ name: 'ConstraintViolated' });
  expect(await json('db', 'violations')).toMatchObject([
    { constraint: 'ck_odds_home_odds_range', table: 'odds', violations: 1, lastDay: 1 },
  ]);
  expect(await json('db', 'constraints')).toMatchObject({
    constraints: expect.arrayContaining([
      expect.objectContaining({ name: 'ck_odds_home_odds_range', kind: 'check' }),
      expect.objectContaining({ name: 'tr_check_odds_consistency', kind: 'trigger' }),
    ]) as unknown,
  });
});

it('views are refreshed, listed and asked, and timed against the plain query', async () => {
  const recent = await seedMatch(database.pool, new Date(Date.now() - 86_400_000).toISOString());
  await insertRow(database.pool, 'matches', matchRow(recent));
  expect(await json('db', 'refresh-materialized-views')).toMatchObject([
    { view: 'mv_team_recent_performance', refreshedAt: expect.any(String) as unknown },
    { view: 'mv_odds_trends', rows: 0 },
  ]);
  expect(await json('db', 'refresh-materialized-views', '--info')).toHaveLength(2);
  expect(await json('db', 'materialized-views-examples')).toMatchObject([
    { example: 'most_active_teams', rows: [{ total_wins: 1, win_percentage: 100 }, { total_wins: 0 }] },
    { example: 'team_form' },
    { example: 'widest_prices', rows: [] },
  ]);
  expect(await json('db', 'materialized-views-examples', '--benchmark', '--runs', '1')).toMatchObject([
    { example: 'most_active_teams', viewMs: expect.any(Number) as unknown },
    {},
    {},
  ]);
});
