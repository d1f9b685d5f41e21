import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishSilver } from '../../activities/publish-silver.js';
import { marksOfTransaction, readDirtyMarks } from '../../adapters/lake/dirty-marks.js';
import type { Lake } from '../../adapters/lake/open-lake.js';
import { publishMonths } from '../../adapters/lake/publish-months.js';
import { listCheckpoints, readCheckpoint } from '../../adapters/postgres/checkpoints.js';
import { readRows } from '../../adapters/lake/rows.js';
import { inLakeTransaction } from '../../adapters/lake/transaction.js';
import type { SuiteResult } from '../../schemas/records/validation.js';
import { CheckFailed, DependencyAway } from '../../schemas/errors.js';
import { silverTables } from '../../schemas/tables/silver.js';
import { copyDatabase } from '../support/copy-database.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';
import { insertRow, quoteRow, seedMatch } from '../support/silver-rows.js';

let postgres: TestPostgres;
let files: TestFolder;
let filled: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
  files = await makeTestFolder();
  filled = await postgres.freshDatabase();
  const lake = await openTestLake(filled, files.path);
  await importToSilver(lake.house, files.path, testLeague(), 'import/1');
  await lake.close();
});

afterAll(async () => {
  await postgres.stop();
  await files.remove();
});

let folder: TestFolder;
let url: string;
let lake: TestLake;
let databases = 0;

beforeEach(async () => {
  databases += 1;
  folder = await makeTestFolder();
  url = await copyDatabase(filled, `publish_${databases}`);
  lake = await openTestLake(url, folder.path);
});

afterEach(async () => {
  await lake.close();
  await folder.remove();
});

const quietly = (): void => undefined;

/** How many rows silver has in Postgres, by the lake's name of the table. */
async function postgresCounts(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of silverTables) {
    const { rows } = await lake.house.pool.query<{ n: number }>(`select count(*)::int as n from ${name}`);
    counts[`silver.${name}`] = rows[0]?.n ?? -1;
  }
  return counts;
}

/** Ends the sessions of Postgres that a condition on pg_stat_activity names. */
async function endSessions(condition: string): Promise<number> {
  const { rowCount } = await lake.house.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
  );
  return rowCount ?? 0;
}

const ofDuckDb = "application_name not like '%test-house'";
const ofTheLocks = `pid in (select pid from pg_locks where locktype = 'advisory' and granted)`;

/** Corrects the referee of the first match in the season's file of 2026-27, and brings it to silver. */
async function correctFirstMatch(runId: string): Promise<void> {
  const file = path.join(files.path, 'files', '2627', 'SIM.csv');
  const [header = '', first = '', ...others] = (await readFile(file, 'utf8')).split('\r\n');
  const referee = header.split(',').indexOf('Referee');
  const changed = first
    .split(',')
    .map((cell, column) => (column === referee ? 'A. N. Other' : cell))
    .join(',');
  const corrected = path.join(folder.path, 'corrected', '2627', 'SIM.csv');
  await mkdir(path.dirname(corrected), { recursive: true });
  await writeFile(corrected, [header, changed, ...others].join('\r\n'));
  await utimes(corrected, new Date('2026-11-25T10:00:00Z'), new Date('2026-11-25T10:00:00Z'));
  await lake.house.collect(path.join(folder.path, 'corrected'), runId);
  await lake.house.refine();
}

describe('a publication', () => {
  it('copies every silver table to the lake in one snapshot that names the run', async () => {
    const { snapshot, tables } = await lake.publish('publish/1');
    expect(await lake.counts(silverTables)).toEqual(await postgresCounts());
    expect(Object.fromEntries(tables.map(({ table, rows }) => [`silver.${table}`, rows]))).toEqual(
      await postgresCounts(),
    );
    const snapshots = await lake.lake.snapshots();
    expect(snapshots.filter(({ info }) => info?.job === 'publish')).toMatchObject([
      { id: snapshot, info: { run_id: 'publish/1' } },
    ]);
    // DuckLake's own first snapshot is the empty lake.
    expect(snapshots).toHaveLength(2);
    expect(await readDirtyMarks(lake.house.pool)).toEqual([]);
  });

  it('copies the values as they are', async () => {
    await lake.publish('publish/1');
    const sum = `select sum(home_score) as goals, sum(extract(epoch from match_time)) as time from`;
    const { rows } = await lake.house.pool.query(`${sum} matches`);
    const [inLake] = await lake.lake.query(`${sum} silver.matches`);
    expect(inLake).toEqual(rows[0]);
    const prices = `select sum(home_odds) as home, sum(line_value) as line, count(draw_odds) as draws from`;
    const odds = await lake.house.pool.query(`${prices} odds`);
    const [oddsInLake] = await lake.lake.query(`${prices} silver.odds`);
    expect(oddsInLake).toEqual(odds.rows[0]);
  });

  it('makes no snapshot where nothing changed', async () => {
    await lake.publish('publish/1');
    expect(await lake.publish('publish/2')).toEqual({ snapshot: null, tables: [] });
    expect(await lake.jobSnapshots()).toHaveLength(1);
  });

  it('rewrites the months that changed and no other', async () => {
    await lake.publish('publish/1');
    const before = new Map<string, readonly string[]>();
    const filesOf = async (table: string): Promise<string[]> =>
      (await lake.lake.listFiles(table)).map(({ path: file }) => file);
    for (const { name } of silverTables) before.set(name, await filesOf(`silver.${name}`));

    await correctFirstMatch('import/2');
    const { tables } = await lake.publish('publish/2');
    expect(await lake.counts(silverTables)).toEqual(await postgresCounts());
    expect(tables.find(({ table }) => table === 'matches')).toMatchObject({ months: 1 });

    const fresh: Record<string, string[]> = {};
    for (const { name } of silverTables) {
      const written = (await filesOf(`silver.${name}`)).filter((file) => !before.get(name)?.includes(file));
      if (written.length > 0)
        fresh[name] = written.map((file) => path.dirname(path.relative(lake.dataPath, file)));
    }
    expect(fresh['matches']).toEqual(['silver/matches/year=2026/month=8']);
    // What was learnt in November 2026 is filed there.
    expect(fresh['fixture_revisions']).toEqual(['silver/fixture_revisions/year=2026/month=11']);
    expect(fresh).not.toHaveProperty('odds');
  });

  it('is made once: tried again after its commit, the run clears its marks and writes nothing', async () => {
    const marks = await readDirtyMarks(lake.house.pool);
    await lake.lake.write((connection) =>
      publishMonths(connection, {
        runId: 'publish/1',
        beforeCommit: () => Promise.resolve(),
        onPhase: quietly,
      }),
    );
    expect(await readDirtyMarks(lake.house.pool)).toEqual(marks);

    const again = await lake.publish('publish/1');
    expect(again.snapshot).toBe((await lake.jobSnapshots())[0]?.id);
    expect(await lake.jobSnapshots()).toHaveLength(1);
    expect(await readDirtyMarks(lake.house.pool)).toEqual([]);
    expect(await lake.counts(silverTables)).toEqual(await postgresCounts());
  });

  it('leaves a mark that was renewed while it published', async () => {
    const renewing: Lake = {
      ...lake.lake,
      write: (work) =>
        lake.lake.write(async (connection) => {
          const result = await work(connection);
          await lake.house.pool.query(
            `update lake_dirty_partitions set version = version + 1 where table_name = 'odds' and month = '2026-10-01'`,
          );
          return result;
        }),
    };
    const marked = await readDirtyMarks(lake.house.pool);
    expect(marked).toContainEqual({ table: 'odds', month: '2026-10', version: 1 });
    await publishSilver(
      { pool: lake.house.pool, lake: renewing },
      { runId: 'publish/1', reportPhase: quietly },
    );
    const left = await readDirtyMarks(lake.house.pool);
    expect(left.map(({ table, month }) => `${table} ${month}`)).toEqual(['odds 2026-10']);

    expect(await lake.publish('publish/2')).toMatchObject({ tables: [{ table: 'odds', months: 1 }] });
    expect(await lake.counts(silverTables)).toEqual(await postgresCounts());
  });
});

describe('a publication that fails', () => {
  it('in the middle leaves the lake and the marks as they were, and the writer usable', async () => {
    await lake.publish('publish/1');
    const published = await lake.counts(silverTables);
    await correctFirstMatch('import/2');
    const marks = await readDirtyMarks(lake.house.pool);
    const failing = publishSilver(
      { pool: lake.house.pool, lake: lake.lake },
      {
        runId: 'publish/2',
        reportPhase: (phase, details) => {
          if (phase === 'lake.write' && details?.['table'] === 'fixture_revisions')
            throw new Error('Cut off');
        },
      },
    );
    await expect(failing).rejects.toThrow('Cut off');
    expect(await lake.jobSnapshots()).toHaveLength(1);
    expect(await lake.counts(silverTables)).toEqual(published);
    expect(await readDirtyMarks(lake.house.pool)).toEqual(marks);

    expect((await lake.publish('publish/2')).snapshot).not.toBeNull();
    expect(await lake.counts(silverTables)).toEqual(await postgresCounts());
  });

  it('with its connections killed is told as away, publishes nothing, and succeeds when tried again', async () => {
    const cut = lake.lake.write((connection) =>
      publishMonths(connection, {
        runId: 'publish/1',
        beforeCommit: async () => {
          expect(await endSessions(ofDuckDb)).toBeGreaterThan(0);
        },
        onPhase: quietly,
      }),
    );
    await expect(cut).rejects.toThrow(DependencyAway);
    expect(await lake.jobSnapshots()).toEqual([]);

    await lake.publish('publish/1');
    expect(await lake.jobSnapshots()).toHaveLength(1);
    expect(await lake.counts(silverTables)).toEqual(await postgresCounts());
  });

  it('having lost its locks is told as away and publishes nothing', async () => {
    const losing: Lake = {
      ...lake.lake,
      write: (work) =>
        lake.lake.write(async (connection) => {
          const result = await work(connection);
          await endSessions(ofTheLocks);
          return result;
        }),
    };
    // The first use of the lake looks for an earlier attempt; by the second the locks are gone.
    const cut = publishSilver(
      { pool: lake.house.pool, lake: losing },
      { runId: 'publish/1', reportPhase: quietly },
    );
    await expect(cut).rejects.toThrow(DependencyAway);
    expect(await lake.jobSnapshots()).toEqual([]);
    await lake.publish('publish/1');
    expect(await lake.counts(silverTables)).toEqual(await postgresCounts());
  });
});

/** Marks the month of a table as whoever changes it does. */
const mark = (table: string, month: string) =>
  lake.house.pool.query(
    `insert into lake_dirty_partitions (table_name, month) values ($1, ($2 || '-01')::date)
     on conflict (table_name, month) do update set version = lake_dirty_partitions.version + 1`,
    [table, month],
  );

/** Gives the first match that was played another half-time score for its home team, behind the back of refine. */
async function setHalfTime(score: 'home_score + 1' | 'home_score'): Promise<number> {
  const { rows } = await lake.house.pool.query<{ id: number; month: string }>(
    `update matches set home_ht_score = ${score}
     where id = (select id from matches where match_status = 'completed' order by match_time, id limit 1)
     returning id, to_char(match_time at time zone 'UTC', 'YYYY-MM') as month`,
  );
  await mark('matches', rows[0]?.month ?? '');
  return rows[0]?.id ?? NaN;
}

describe('a publication that does not meet what is expected', () => {
  it('is held back, and says which table, rule, rows and payloads; mended it is published', async () => {
    const { snapshot } = await lake.publish('publish/1');
    const before = await lake.lake.query('select sum(home_ht_score) as goals from silver.matches');
    const id = await setHalfTime('home_score + 1');
    const { rows: payloads } = await lake.house.pool.query<{ raw_id: number }>(
      'select distinct raw_id from fixture_revisions where match_id = $1 order by 1',
      [id],
    );
    const failed = await lake.publish('publish/2').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(CheckFailed);
    expect(failed).toMatchObject({ remedy: 'fix-input', subject: { object: 'silver.matches' } });
    expect(failed).toHaveProperty(
      'message',
      expect.stringMatching(
        /silver\.matches: no side has more goals at half-time than at the end; 1 of \d+ rows is not so: \{/,
      ),
    );
    expect(failed).toHaveProperty('message', expect.stringContaining(`"id":${id},`));
    const rawIds = JSON.stringify(payloads.map(({ raw_id: rawId }) => rawId));
    expect(failed).toHaveProperty('message', expect.stringContaining(`"raw_ids":${rawIds}`));

    expect((await lake.jobSnapshots()).map((one) => one.id)).toEqual([snapshot]);
    expect(await lake.lake.query('select sum(home_ht_score) as goals from silver.matches')).toEqual(before);
    expect(await readDirtyMarks(lake.house.pool)).toHaveLength(1);

    await setHalfTime('home_score');
    expect((await lake.publish('publish/3')).snapshot).not.toBeNull();
    expect(await readDirtyMarks(lake.house.pool)).toEqual([]);

    const kept = await listCheckpoints(lake.house.pool, { table: 'silver.matches', limit: 10 });
    expect(kept.map(({ runId, heldBack }) => [runId, heldBack])).toEqual([
      ['publish/3', false],
      ['publish/2', true],
      ['publish/1', false],
    ]);
    const held = await readCheckpoint(lake.house.pool, kept[1]?.id);
    expect(held?.validations.filter(({ unexpected }) => unexpected > 0)).toMatchObject([
      {
        table: 'silver.matches',
        says: 'no side has more goals at half-time than at the end',
        examples: [{ id }],
      },
    ]);
    expect(held?.scores['silver.matches']).toBeLessThan(100);
  });

  it('is held back by a price of a match that the lake does not have, with the payload of the price', async () => {
    await lake.publish('publish/1');
    await insertRow(lake.house.pool, 'odds', { ...quoteRow(await seedMatch(lake.house.pool)), raw_id: 77 });
    await mark('odds', '2024-03');
    await expect(lake.publish('publish/2')).rejects.toThrow(
      /silver\.odds: the match of a price is known; 1 of 1 row is not so: \{[^}]*"raw_id":77/,
    );
  });

  it('judges the months that it writes, and no other', async () => {
    await lake.publish('publish/1');
    const judged: (readonly SuiteResult[])[] = [];
    await setHalfTime('home_score');
    await lake.lake.write((connection) =>
      publishMonths(connection, {
        runId: 'publish/2',
        beforeCommit: (results) => {
          judged.push(results);
          return Promise.resolve();
        },
        onPhase: quietly,
      }),
    );
    const [published] = await lake.lake.query(
      `select count(*) as rows from silver.matches
       where date_trunc('month', match_time) = (select date_trunc('month', min(match_time)) from silver.matches)`,
    );
    expect(judged).toMatchObject([[{ table: 'silver.matches', rows: published?.['rows'] }]]);
  });
});

it('what a publication reads of Postgres is of the instant at which it read the marks', async () => {
  const counted = async (work: () => Promise<unknown>) =>
    lake.lake.write((connection) =>
      inLakeTransaction(connection, async () => {
        const marks = await marksOfTransaction(connection);
        await work();
        const [row] = await readRows(
          connection,
          `from postgres_query('pg', 'select count(*)::int as n from match_registry')`,
        );
        return { marks, matches: row?.['n'] };
      }),
    );
  const before = await counted(() => Promise.resolve());
  const meanwhile = await counted(async () => {
    await seedMatch(lake.house.pool);
    await mark('matches', '2024-03');
  });
  expect(meanwhile).toEqual(before);
  const after = await counted(() => Promise.resolve());
  expect(after.matches).toBe(Number(before.matches) + 1);
  expect(after.marks).toHaveLength(before.marks.length + 1);
});

describe('two publishers at once', () => {
  it('of two runs on an empty lake write every row once', async () => {
    const other = await openTestLake(url, folder.path);
    try {
      const results = await Promise.all([lake.publish('publish/1'), other.publish('publish/2')]);
      expect(results.filter(({ snapshot }) => snapshot !== null)).toHaveLength(1);
      expect(await lake.counts(silverTables)).toEqual(await postgresCounts());
    } finally {
      await other.close();
    }
  });

  it('of one run publish it once, and both say so', async () => {
    const other = await openTestLake(url, folder.path);
    try {
      const [ours, theirs] = await Promise.all([lake.publish('publish/1'), other.publish('publish/1')]);
      expect(ours).toEqual(theirs);
      expect(await lake.jobSnapshots()).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});

describe('clearing the lake', () => {
  it('empties every table in one snapshot and marks all that silver holds', async () => {
    await lake.publish('publish/1');
    await lake.clear();
    expect(Object.values(await lake.counts(silverTables))).toEqual(silverTables.map(() => 0));
    expect((await lake.jobSnapshots()).map(({ info }) => info?.job)).toEqual(['publish', 'clear-lake']);
    await lake.publish('publish/2');
    expect(await lake.counts(silverTables)).toEqual(await postgresCounts());
  });

  it('of an empty lake makes no snapshot', async () => {
    await lake.clear();
    await lake.publish('publish/1');
    await lake.clear();
    await lake.clear();
    expect((await lake.jobSnapshots()).map(({ info }) => info?.job)).toEqual(['publish', 'clear-lake']);
  });
});
