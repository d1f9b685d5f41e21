import { afterAll, beforeEach, beforeAll, afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openDatabase, type OpenDatabase } from '../../../adapters/postgres/open-database.js';
import {
  defaultPartitions,
  ensurePartitions,
  listMonthlyTables,
  missingMonths,
} from '../../../adapters/postgres/partitions.js';
import { refreshMaterializedView } from '../../../adapters/postgres/materialized-views.js';
import { listFindings } from '../../../adapters/postgres/review/queue.js';
import { clearSilverTables } from '../../../adapters/postgres/silver-clear.js';
import { enterSilver } from '../../../adapters/postgres/silver-gate.js';
import { inTransaction } from '../../../adapters/postgres/transaction.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { insertRow, matchRow, quoteRow, seedMatch } from '../../support/silver-rows.js';

let postgres: TestPostgres;
let database: OpenDatabase;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  database = openDatabase(await postgres.freshDatabase(), { applicationName: 'test', max: 4 });
});
afterEach(() => database.db.destroy());

const tables = ['matches', 'odds', 'predictions', 'raw_odds_data'];

interface Plan {
  readonly 'Relation Name'?: string | undefined;
  readonly Plans?: readonly Plan[] | undefined;
}
const Plan: z.ZodType<Plan> = z.lazy(() =>
  z.object({ 'Relation Name': z.string().optional(), Plans: z.array(Plan).optional() }),
);
const Explained = z.tuple([z.object({ Plan })]);

/** The tables that the plan of a query scans. */
async function scanned(query: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ 'QUERY PLAN': unknown }>(`explain (format json) ${query}`);
  const [{ Plan: root }] = Explained.parse(rows[0]?.['QUERY PLAN']);
  const below = (plan: Plan): string[] => [
    ...(plan['Relation Name'] === undefined ? [] : [plan['Relation Name']]),
    ...(plan.Plans ?? []).flatMap(below),
  ];
  return below(root);
}

describe('a query of one month', () => {
  it.each([
    ['matches', 'match_time'],
    ['odds', 'collected_at'],
  ])('of %s scans exactly one partition', async (table, column) => {
    await database.pool.query(`select ensure_month_partitions('${table}', '2024-01-01', '2025-12-01')`);
    const month = `from ${table} where ${column} >= '2024-03-01T00:00:00Z' and ${column} < '2024-04-01T00:00:00Z'`;
    expect(await scanned(`select * ${month}`)).toEqual([`${table}_2024_03`]);
    expect(await scanned(`select count(*) ${month}`)).toEqual([`${table}_2024_03`]);
    // Without the month, all of them: what the plan says depends on the question.
    expect((await scanned(`select * from ${table}`)).length).toBeGreaterThan(24);
  });
});

/** Resolves when a session of this database waits for a lock with a statement that matches. */
async function untilWaiting(statement: RegExp): Promise<void> {
  const { pool } = database;
  for (;;) {
    const { rows } = await pool.query<{ query: string }>(
      `select query from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows.some(({ query }) => statement.test(query))) return;
  }
}

/** Sessions that wait for the default partition of odds. */
const waitingForDefault = async (): Promise<number | null> =>
  (
    await database.pool.query(
      `select from pg_locks where relation = 'odds_default'::regclass and not granted`,
    )
  ).rowCount;

describe('partitions', () => {
  const now = new Date('2031-11-15T12:00:00Z');

  it('of all four tables are there for this month and three ahead when the database is migrated', async () => {
    expect(await missingMonths(database.pool, new Date())).toEqual([]);
    const listed = await listMonthlyTables(database.pool);
    expect(listed.map(({ table }) => table)).toEqual(tables);
    for (const { partitions, caughtByDefault } of listed) {
      expect([partitions, caughtByDefault]).toEqual([4, 0]);
    }
  });

  it('are made over the turn of the year, three months ahead, once', async () => {
    expect(await ensurePartitions(database.pool, now)).toBe(16);
    expect(await ensurePartitions(database.pool, now)).toBe(0);
    for (const { lastMonth } of await listMonthlyTables(database.pool)) expect(lastMonth).toBe('2032-02');
    const { rows } = await database.pool.query<{ bounds: string }>(
      `select pg_get_expr(relpartbound, oid) as bounds from pg_class where relname = 'odds_2031_12'`,
    );
    expect(rows).toEqual([
      { bounds: "FOR VALUES FROM ('2031-12-01 00:00:00+00') TO ('2032-01-01 00:00:00+00')" },
    ]);
  });

  it('are made side by side by several processes without harm', async () => {
    const made = await Promise.all([1, 2, 3].map(() => ensurePartitions(database.pool, now)));
    expect(made.reduce((sum, one) => sum + one, 0)).toBe(16);
  });

  it('take over the rows that a default partition caught, and the default says what it holds until then', async () => {
    const seeded = await seedMatch(database.pool, '2035-05-12T14:00:00Z');
    await insertRow(database.pool, 'matches', matchRow(seeded));
    await insertRow(database.pool, 'odds', quoteRow(seeded));
    const caught = (await defaultPartitions(database.pool)).filter(({ rows }) => rows > 0);
    expect(caught).toEqual([
      { table: 'matches', rows: 1, firstAt: new Date(seeded.kickoff), lastAt: new Date(seeded.kickoff) },
      {
        table: 'odds',
        rows: 1,
        firstAt: new Date('2035-05-11T14:00:00Z'),
        lastAt: new Date('2035-05-11T14:00:00Z'),
      },
    ]);
    expect(await ensurePartitions(database.pool, new Date())).toBe(2);
    expect((await defaultPartitions(database.pool)).every(({ rows }) => rows === 0)).toBe(true);
    const { rows } = await database.pool.query(
      'select (select count(*) from matches_2035_05) as matches, (select count(*) from odds_2035_05) as odds',
    );
    expect(rows).toEqual([{ matches: 1, odds: 1 }]);
  });

  it('make a finding of what a default partition caught, which a rebuild and a second making leave alone', async () => {
    const seeded = await seedMatch(database.pool, '2035-05-12T14:00:00Z');
    await insertRow(database.pool, 'matches', matchRow(seeded));
    for (const bookmaker of ['bet365', 'pinnacle']) {
      await insertRow(database.pool, 'odds', { ...quoteRow(seeded), bookmaker });
    }
    await ensurePartitions(database.pool, new Date());
    await ensurePartitions(database.pool, new Date());
    await inTransaction(database.pool, ({ client }) => clearSilverTables(client));
    const found = await listFindings(database.pool, { statuses: ['logged'] }, 10);
    expect(found.toSorted((one, other) => one.table.localeCompare(other.table))).toMatchObject([
      {
        ...{ type: 'caught_by_default_partition', table: 'matches_default', severity: 'high' },
        message: '1 rows of matches came before anybody had prepared 2035-05; they are in its partition now',
      },
      { table: 'odds_default', message: expect.stringMatching(/^2 rows of odds /) as unknown },
    ]);
    const { rows } = await database.pool.query(
      `select error_data from data_quality_logs where table_name = 'odds_default'`,
    );
    const at = '2035-05-11T14:00:00+00:00';
    expect(rows).toEqual([
      { error_data: { table: 'odds', month: '2035-05', rows: 2, first_at: at, last_at: at } },
    ]);
  });

  it('wait for a view that is being refreshed without keeping batches out, and are made then', async () => {
    await database.pool.query(`select ensure_month_partitions('odds', '2031-01-01', '2031-01-01')`);
    const reader = await database.pool.connect();
    try {
      // The refresh has read the default partition and waits for this one.
      await reader.query('begin; lock table odds_2031_01 in access exclusive mode');
      const refreshed = refreshMaterializedView(database.pool, 'mv_odds_trends');
      await untilWaiting(/^refresh materialized view/);
      const made = ensurePartitions(database.pool, now);
      await untilWaiting(/pg_advisory_xact_lock\(/);
      await enterSilver(reader);
      await reader.query('commit');
      expect((await refreshed).rows).toBe(0);
      expect(await made).toBe(16);
    } finally {
      reader.release(true);
    }
  });

  it('are made beside somebody who writes rows of that month: the row that had to wait finds its place when it is written again', async () => {
    const seeded = await seedMatch(database.pool, '2035-05-12T14:00:00Z');
    const write = (): Promise<void> =>
      inTransaction(database.pool, ({ client }) =>
        insertRow(client, 'odds', { ...quoteRow(seeded), bookmaker: 'pinnacle' }),
      );
    await insertRow(database.pool, 'odds', quoteRow(seeded));
    const maker = await database.pool.connect();
    try {
      await maker.query('begin');
      await maker.query(`select ensure_month_partitions('odds', '2035-05-01Z', '2035-05-01Z')`);
      const waiting = expect(write()).rejects.toMatchObject({
        name: 'DependencyAway',
        remedy: 'retry-later',
      });
      await expect.poll(waitingForDefault, { timeout: 20_000 }).toBe(1);
      await maker.query('commit');
      await waiting;
    } finally {
      maker.release();
    }
    await write();
    const { rows } = await database.pool.query('select bookmaker from odds_2035_05 order by 1');
    expect(rows).toEqual([{ bookmaker: 'bet365' }, { bookmaker: 'pinnacle' }]);
  });

  it('lock the default partition before they move its rows: none comes in between', async () => {
    const writer = await database.pool.connect();
    try {
      const seeded = await seedMatch(database.pool, '2035-05-12T14:00:00Z');
      await writer.query('begin');
      await insertRow(writer, 'odds', quoteRow(seeded));
      const made = database.pool.query(
        `select ensure_month_partitions('odds', '2035-05-01Z', '2035-05-01Z') as made`,
      );
      await expect.poll(waitingForDefault, { timeout: 20_000 }).toBe(1);
      await writer.query('commit');
      expect((await made).rows).toEqual([{ made: 1 }]);
    } finally {
      writer.release();
    }
    expect((await database.pool.query('select from odds_2035_05')).rowCount).toBe(1);
  });

  it('keep the rules of their table', async () => {
    await ensurePartitions(database.pool, now);
    const rulesOf = async (relation: string) =>
      (
        await database.pool.query<{ name: string }>(
          `select conname as name from pg_constraint where conrelid = $1::regclass and contype = 'c' order by 1`,
          [relation],
        )
      ).rows.map(({ name }) => name);
    for (const table of tables) expect(await rulesOf(`${table}_2032_01`)).toEqual(await rulesOf(table));
  });
});
