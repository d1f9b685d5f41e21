import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archiveOldRows } from '../../activities/clean-data.js';
import type { Lake } from '../../adapters/lake/open-lake.js';
import { DependencyAway, InvariantBroken } from '../../schemas/errors.js';
import { retentionWith } from '../../schemas/retention.js';
import { archiveTables } from '../../schemas/tables/archive.js';
import {
  cleaning,
  cleanupTime,
  everyPrediction,
  killedAt,
  predictionsInPostgres,
  seedCollectionLogs,
  seedPredictions,
} from '../support/archive-rows.js';
import { copyDatabase } from '../support/copy-database.js';
import { makeTestFolder, type TestFolder } from '../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../support/postgres.js';

let postgres: TestPostgres;
let files: TestFolder;
let filled: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
  files = await makeTestFolder();
  filled = await postgres.freshDatabase();
  const lake = await openTestLake(filled, files.path);
  await importToSilver(lake.house, files.path, testLeague(), 'import/1');
  await seedPredictions(lake.house.pool);
  await seedCollectionLogs(lake.house.pool);
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
  url = await copyDatabase(filled, `archive_${databases}`);
  lake = await openTestLake(url, folder.path);
});

afterEach(async () => {
  await lake.close();
  await folder.remove();
});

const young = { '2024-11': 40, '2025-11': 40 };
const old = { '2024-08': 40, '2024-09': 40, '2024-10': 40 };

const partitions = async (): Promise<string[]> => {
  const { rows } = await lake.house.pool.query<{ name: string }>(
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'predictions'::regclass order by 1`,
  );
  return rows.map(({ name }) => name);
};

/** Runs the archive of predictions and fails it where the predicate says so. */
const failingAt = (isHere: (phase: string, month: unknown) => boolean): Promise<unknown> =>
  archiveOldRows(
    { pool: lake.house.pool, lake: lake.lake, retention: retentionWith(), now: () => cleanupTime },
    { runId: 'cleanup/0', mode: 'apply', tables: ['gold.predictions'] },
    (phase, details) => {
      if (isHere(phase, details?.['month'])) throw new Error(`Cut off at ${phase}`);
    },
  );

describe('the archive of old rows', () => {
  it('moves whole months older than a year to the lake, every row once and as it was', async () => {
    const before = await everyPrediction(lake);
    expect(before).toHaveLength(200);
    expect(await cleaning(lake).archive()).toEqual([
      { table: 'bronze.data_collection_logs', months: ['2024-03'], rows: 1 },
      { table: 'gold.predictions', months: ['2024-08', '2024-09', '2024-10'], rows: 120 },
    ]);
    expect(await predictionsInPostgres(lake.house.pool)).toEqual(young);
    expect(await everyPrediction(lake)).toEqual(before);
  });

  it('makes one snapshot a month, tagged with the run, the rows and their hash', async () => {
    await cleaning(lake).archive({ tables: ['gold.predictions'] });
    expect((await lake.jobSnapshots()).map(({ info }) => info)).toEqual(
      ['2024-08', '2024-09', '2024-10'].map((month) => ({
        job: 'archive',
        run_id: 'cleanup/1',
        table: 'gold.predictions',
        month,
        rows: 40,
        content: expect.stringMatching(/^\d{15,}$/) as unknown,
      })),
    );
  });

  it('drops partitions that are empty then, and keeps the keys that make a prediction unique', async () => {
    const before = await partitions();
    await cleaning(lake).archive();
    const after = await partitions();
    expect(before.filter((name) => !after.includes(name))).toEqual([
      'predictions_2024_08',
      'predictions_2024_10',
    ]);
    expect(after).toContain('predictions_default');
    const { rows } = await lake.house.pool.query('select count(*)::int as n from prediction_keys');
    expect(rows).toEqual([{ n: 200 }]);
  });

  it('leaves a run that has not ended in Postgres', async () => {
    await cleaning(lake).archive();
    const { rows } = await lake.house.pool.query(
      `select run_id from data_collection_logs where run_id ~ '^(old|new)' order by 1`,
    );
    expect(rows).toEqual([{ run_id: 'new/1' }, { run_id: 'old/2' }]);
    expect(await lake.lake.query('select run_id, error_message from bronze.data_collection_logs')).toEqual([
      { run_id: 'old/1', error_message: "It's gone" },
    ]);
  });

  it('finds nothing to do the second time', async () => {
    await cleaning(lake).archive();
    const snapshots = await lake.jobSnapshots();
    expect(await cleaning(lake).archive({ runId: 'cleanup/2' })).toEqual([]);
    expect(await lake.jobSnapshots()).toEqual(snapshots);
  });

  it('says in a dry run what it would do, and does nothing', async () => {
    expect(await cleaning(lake).archive({ mode: 'dry-run', tables: ['gold.predictions'] })).toEqual([
      { table: 'gold.predictions', months: ['2024-08', '2024-09', '2024-10'], rows: 120 },
    ]);
    expect(await predictionsInPostgres(lake.house.pool)).toEqual({ ...old, ...young });
    expect(await lake.jobSnapshots()).toEqual([]);
  });

  it('keeps what the configuration keeps', async () => {
    const longer = cleaning(lake, { retention: { 'gold.predictions': { keepMonths: 13 } } });
    expect(await longer.archive({ tables: ['gold.predictions'] })).toEqual([
      { table: 'gold.predictions', months: ['2024-08', '2024-09'], rows: 80 },
    ]);
  });

  it('adds rows of a month that came after it was archived to those that are there', async () => {
    const { pool } = lake.house;
    await pool.query(
      `create table late as select * from predictions where created_at < '2024-08-05'; delete from predictions where created_at < '2024-08-05'`,
    );
    await cleaning(lake).archive();
    expect(await everyPrediction(lake)).toHaveLength(192);
    await pool.query('insert into predictions overriding system value select * from late');
    expect(await cleaning(lake).archive({ runId: 'cleanup/2' })).toEqual([
      { table: 'gold.predictions', months: ['2024-08'], rows: 8 },
    ]);
    expect(new Set(await everyPrediction(lake)).size).toBe(200);
  });

  it('is left as it is by a rebuild of the lake', async () => {
    await lake.publish('publish/1');
    await cleaning(lake).archive();
    const before = await everyPrediction(lake);
    await lake.clear();
    await lake.publish('publish/2');
    expect(await everyPrediction(lake)).toEqual(before);
  });
});

describe('the archive of old rows, cut off', () => {
  it.each([
    ['archive.write', '2024-08'],
    ['archive.commit', '2024-09'],
    ['archive.committed', '2024-08'],
    ['archive.verified', '2024-10'],
    ['archive.remove', '2024-08'],
    ['archive.removed', '2024-09'],
  ])('at %s of %s loses no row and doubles none, then or after another run', async (phase, month) => {
    const before = await everyPrediction(lake);
    await expect(failingAt((at, of) => at === phase && of === month)).rejects.toThrow(`Cut off at ${phase}`);
    expect(new Set(await everyPrediction(lake))).toEqual(new Set(before));
    await cleaning(lake).archive({ runId: 'cleanup/2', tables: ['gold.predictions'] });
    expect(await everyPrediction(lake)).toEqual(before);
    expect(await predictionsInPostgres(lake.house.pool)).toEqual(young);
  });

  it('by a real kill of its process, four times at four steps, loses no row and doubles none', async () => {
    const before = await everyPrediction(lake);
    for (const phase of ['archive.write', 'archive.commit', 'archive.committed', 'archive.remove']) {
      expect(await killedAt(url, folder.path, phase), phase).toBe('SIGKILL');
      expect(new Set(await everyPrediction(lake)), phase).toEqual(new Set(before));
    }
    await cleaning(lake).archive({ runId: 'cleanup/2', tables: ['gold.predictions'] });
    expect(await everyPrediction(lake)).toEqual(before);
    expect(await predictionsInPostgres(lake.house.pool)).toEqual(young);
  }, 600_000);

  it('between copy and removal does not copy again', async () => {
    await expect(failingAt((at) => at === 'archive.committed')).rejects.toThrow();
    expect(await lake.jobSnapshots()).toHaveLength(1);
    await cleaning(lake).archive({ runId: 'cleanup/2', tables: ['gold.predictions'] });
    expect(await lake.jobSnapshots()).toHaveLength(3);
  });

  it('by a row that changes after it was copied removes nothing, and copies the row as it is now next time', async () => {
    const { pool } = lake.house;
    let uses = 0;
    const meanwhile: Lake = {
      ...lake.lake,
      async write(work) {
        const result = await lake.lake.write(work);
        uses += 1;
        // The third use of the lake is the look at what was committed; then come the lock and the removal.
        if (uses === 3) {
          await pool.query(
            `update predictions set is_correct = true, actual_result = 'home' where created_at < '2024-08-02'`,
          );
        }
        return result;
      },
    };
    await expect(
      archiveOldRows(
        { pool, lake: meanwhile, retention: retentionWith(), now: () => cleanupTime },
        { runId: 'cleanup/0', mode: 'apply', tables: ['gold.predictions'] },
        () => undefined,
      ),
    ).rejects.toThrow(DependencyAway);
    expect(await predictionsInPostgres(pool)).toEqual({ ...old, ...young });
    const notArchived = { ...lake.lake, snapshots: () => Promise.resolve([]) };
    const before = await everyPrediction({ ...lake, lake: notArchived });
    await cleaning(lake).archive({ runId: 'cleanup/2', tables: ['gold.predictions'] });
    expect(await everyPrediction(lake)).toEqual(before);
  });

  it('by a reader who keeps the table gives way, and asks to be tried again', async () => {
    const reader = await lake.house.pool.connect();
    try {
      await reader.query('begin');
      await reader.query('select count(*) from predictions');
      await expect(failingAt(() => false)).rejects.toThrow(DependencyAway);
      await reader.query('rollback');
    } finally {
      reader.release();
    }
    await cleaning(lake).archive({ runId: 'cleanup/2' });
    expect(await predictionsInPostgres(lake.house.pool)).toEqual(young);
  });
});

describe('what is archived', () => {
  it.each(archiveTables.map((table) => [table.source, table] as const))(
    'is every column of %s, as the migrated database has it',
    async (source, table) => {
      const { rows } = await lake.house.pool.query<{ name: string }>(
        'select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped',
        [source],
      );
      expect(table.columns.map(({ name }) => name).toSorted()).toEqual(
        rows.map(({ name }) => name).toSorted(),
      );
    },
  );

  it('is nothing while Postgres has a column that the lake would lose', async () => {
    await lake.house.pool.query('alter table predictions add column stake numeric(6, 2)');
    await expect(cleaning(lake).archive({ tables: ['gold.predictions'] })).rejects.toThrow(InvariantBroken);
    expect(await predictionsInPostgres(lake.house.pool)).toEqual({ ...old, ...young });
  });
});
