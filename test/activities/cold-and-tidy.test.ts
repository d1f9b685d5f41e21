import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { moveOldMonths } from '../../activities/clean-data.js';
import { coldFolderOf } from '../../adapters/lake/cold-folder.js';
import { retentionWith } from '../../schemas/retention.js';
import { goldTables } from '../../schemas/tables/gold.js';
import { silverTables } from '../../schemas/tables/silver.js';
import { instantFromIso } from '../../schemas/values.js';
import { cleaning, seedPredictions } from '../support/archive-rows.js';
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
  await lake.close();
});

afterAll(async () => {
  await postgres.stop();
  await files.remove();
});

let folder: TestFolder;
let coldPath: string;
let lake: TestLake;
let databases = 0;

beforeEach(async () => {
  databases += 1;
  folder = await makeTestFolder();
  coldPath = path.join(folder.path, 'cold_disk');
  lake = await openTestLake(await copyDatabase(filled, `cold_${databases}`), folder.path, {
    coldPath,
    compression: 'zstd',
  });
});

afterEach(async () => {
  await lake.close();
  await folder.remove();
});

/** The season runs from August 2026; with one hot month, what lies before November is cold. */
const hot = { now: instantFromIso('2026-12-06T03:00:00Z'), retention: { silver: { hotMonths: 1 } } };
const cold = () => cleaning(lake, hot);

/** The folders of a table's files; the one of this lake in the cold location is left out. */
const foldersOf = async (table: string): Promise<string[]> =>
  (await lake.lake.listFiles(table)).map(({ path: file }) =>
    path.dirname(path.relative(folder.path, file)).replace(/^cold_disk\/lake-[0-9a-f]{16}\//, 'cold_disk/'),
  );

/** Everything a table says, whatever its files. */
const contentOf = async (table: string): Promise<unknown> =>
  lake.lake.query(`select count(*) as n, sum(hash(t))::text as content from (from ${table}) as t`);

describe('months that are no longer hot', () => {
  it('move to the cold location, and a reader sees the same rows', async () => {
    await lake.publish('publish/1');
    const before = await contentOf('silver.odds');
    expect(await cold().cold({ tables: ['silver.odds'] })).toEqual([
      { table: 'silver.odds', months: ['2026-08', '2026-09', '2026-10'] },
    ]);
    expect((await foldersOf('silver.odds')).toSorted()).toEqual([
      'cold_disk/silver/odds/year=2026/month=10',
      'cold_disk/silver/odds/year=2026/month=8',
      'cold_disk/silver/odds/year=2026/month=9',
      'data_lake/silver/odds/year=2026/month=11',
    ]);
    expect(await contentOf('silver.odds')).toEqual(before);
    // A range that begins in one place and ends in the other.
    const spanning = `collected_at >= timestamptz '2026-10-15 00:00:00+00' and collected_at < timestamptz '2026-11-15 00:00:00+00'`;
    const { rows } = await lake.house.pool.query(`select count(*)::int as n from odds where ${spanning}`);
    expect(await lake.lake.query(`select count(*) as n from silver.odds where ${spanning}`)).toEqual(rows);
  });

  it('are read by an older snapshot as they were, from where they were', async () => {
    const { snapshot } = await lake.publish('publish/1');
    const before = await contentOf('silver.odds');
    await cold().cold();
    expect(await contentOf(`silver.odds at (version => ${snapshot ?? -1})`)).toEqual(before);
    const then = await lake.lake.listFiles('silver.odds', snapshot ?? -1);
    expect(then.every(({ path: file }) => file.startsWith(lake.dataPath))).toBe(true);
  });

  it('are not moved twice, and not at all where there is no cold location', async () => {
    await lake.publish('publish/1');
    expect((await cold().cold()).map(({ table }) => table)).toEqual([
      'silver.matches',
      'silver.fixture_revisions',
      'silver.match_statistics',
      'silver.odds',
    ]);
    const snapshots = await lake.jobSnapshots();
    expect(await cold().cold({ runId: 'cleanup/2' })).toEqual([]);
    expect(await lake.jobSnapshots()).toEqual(snapshots);
    const without = { ...lake, lake: { ...lake.lake, places: { ...lake.lake.places, coldPath: undefined } } };
    expect(await cleaning(without, { ...hot, retention: { silver: { hotMonths: 2 } } }).cold()).toEqual([]);
  });

  it('are named by a dry run, which moves none', async () => {
    await lake.publish('publish/1');
    const due = await cold().cold({ mode: 'dry-run', tables: ['silver.matches'] });
    expect(due).toEqual([{ table: 'silver.matches', months: ['2026-08', '2026-09', '2026-10'] }]);
    expect((await foldersOf('silver.matches')).every((at) => at.startsWith('data_lake/'))).toBe(true);
  });

  it('come back when they are published again, and go once more', async () => {
    await lake.publish('publish/1');
    const before = await contentOf('silver.odds');
    await cold().cold({ tables: ['silver.odds'] });
    await lake.house.pool.query(
      `insert into lake_dirty_partitions (table_name, month) values ('odds', '2026-09-01')`,
    );
    await lake.publish('publish/2');
    expect(await foldersOf('silver.odds')).toContain('data_lake/silver/odds/year=2026/month=9');
    expect(await contentOf('silver.odds')).toEqual(before);
    expect(await cold().cold({ runId: 'cleanup/2', tables: ['silver.odds'] })).toEqual([
      { table: 'silver.odds', months: ['2026-09'] },
    ]);
    expect(await contentOf('silver.odds')).toEqual(before);
  });

  it('are what gold is built from as before', async () => {
    await lake.publish('publish/1');
    await lake.buildGold('build/1');
    const before: unknown[] = [];
    for (const { name } of goldTables) before.push(await contentOf(`gold.${name}`));
    await cleaning(lake, { ...hot, retention: { silver: { hotMonths: 1 }, gold: { hotMonths: 1 } } }).cold();
    expect((await lake.jobSnapshots()).some(({ info }) => info?.['table'] === 'gold.elo')).toBe(true);
    // A mark makes a newer silver, so that gold is computed again: from both places, over tables in both places.
    await lake.house.pool.query(
      `insert into lake_dirty_partitions (table_name, month) values ('odds', '2026-11-01')`,
    );
    await lake.publish('publish/2');
    await lake.buildGold('build/2');
    const after: unknown[] = [];
    for (const { name } of goldTables) after.push(await contentOf(`gold.${name}`));
    expect(after).toEqual(before);
  });

  it('that were archived move as the others', async () => {
    await cleaning(lake).archive({ tables: ['gold.predictions'] });
    const before = await contentOf('gold.predictions');
    const moving = cleaning(lake, { retention: { 'gold.predictions': { hotMonths: 13 } } });
    expect(await moving.cold()).toEqual([{ table: 'gold.predictions', months: ['2024-08', '2024-09'] }]);
    expect(await contentOf('gold.predictions')).toEqual(before);
  });

  it('stay where they are when the move is cut off, and the file it left is an orphan that tidying removes', async () => {
    await lake.publish('publish/1');
    const counted = await lake.counts(silverTables);
    const cut = moveOldMonths(
      { pool: lake.house.pool, lake: lake.lake, retention: retentionWith(hot.retention), now: () => hot.now },
      { runId: 'cleanup/0', mode: 'apply', tables: ['silver.matches'] },
      (phase) => {
        if (phase === 'cold.commit') throw new Error('Cut off');
      },
    );
    await expect(cut).rejects.toThrow('Cut off');
    expect((await foldersOf('silver.matches')).every((at) => at.startsWith('data_lake/'))).toBe(true);
    const left = await parquetBelow(coldPath);
    expect(left).toHaveLength(3);
    await cold().cold({ runId: 'cleanup/1' });
    for (const file of left) await makeOld(file);
    expect((await cold().tidy()).orphans).toMatchObject({ files: 3 });
    expect(await lake.counts(silverTables)).toEqual(counted);
    expect(await contentOf('silver.matches')).toMatchObject([{ n: counted['silver.matches'] }]);
    const existing = await parquetBelow(coldPath);
    expect(left.filter((file) => existing.includes(file))).toEqual([]);
  });
});

describe('a cold location of several lakes', () => {
  it.each([
    ['another lake', false],
    ['a copy of the lake, restored elsewhere,', true],
  ] as const)('keeps the months of one when %s is tidied', async (_, isCopy) => {
    const name = `other_${databases}`;
    if (isCopy) await lake.publish('publish/1');
    const url = await copyDatabase(isCopy ? lake.url : filled, name);
    if (!isCopy) await lake.publish('publish/1');
    const elsewhere = await makeTestFolder();
    const other = await openTestLake(url, elsewhere.path, { coldPath });
    try {
      if (!isCopy) await other.publish('publish/1');
      const before = await contentOf('silver.odds');
      await cold().cold();
      for (const file of await parquetBelow(coldPath)) await makeOld(file);
      expect((await cleaning(other, hot).tidy()).orphans).toEqual({ files: 0, bytes: 0 });
      expect(await contentOf('silver.odds')).toEqual(before);
    } finally {
      await other.close();
      await elsewhere.remove();
    }
  });
});

const parquetBelow = async (root: string): Promise<string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => path.join(entry.parentPath, entry.name));

/** Lets a file have been written two days before the cleanup. */
async function makeOld(file: string): Promise<void> {
  const time = new Date(hot.now - 48 * 3_600_000);
  await utimes(file, time, time);
}

describe('tidying the lake', () => {
  it('removes old files that no snapshot names, and no other', async () => {
    await lake.publish('publish/1');
    const named = await parquetBelow(lake.dataPath);
    for (const file of named) await makeOld(file);
    const orphan = path.join(lake.dataPath, 'silver/odds/year=2026/month=9/orphan.parquet');
    const coldFolder = await lake.lake.write((connection) =>
      coldFolderOf(connection, { coldPath, dataPath: lake.dataPath }),
    );
    const coldOrphan = path.join(coldFolder, 'silver/odds/year=2026/month=9/orphan.parquet');
    const young = path.join(lake.dataPath, 'silver/odds/year=2026/month=9/young.parquet');
    const ofAModel = path.join(lake.dataPath, 'models/somebody/features.parquet');
    for (const file of [orphan, coldOrphan, young, ofAModel]) {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, 'PAR1');
      if (file !== young) await makeOld(file);
    }
    // Young is young at the instant of the cleanup.
    await utimes(young, new Date(hot.now - 3_600_000), new Date(hot.now - 3_600_000));

    expect((await cold().tidy({ mode: 'dry-run' })).orphans).toEqual({ files: 2, bytes: 8 });
    expect(await parquetBelow(lake.dataPath)).toHaveLength(named.length + 3);

    expect((await cold().tidy()).orphans).toEqual({ files: 2, bytes: 8 });
    expect((await parquetBelow(lake.dataPath)).toSorted()).toEqual([...named, young, ofAModel].toSorted());
    expect(await parquetBelow(coldPath)).toEqual([]);
  });

  it('keeps every file of every snapshot: none expires', async () => {
    const { snapshot } = await lake.publish('publish/1');
    const before = await contentOf('silver.odds');
    await lake.clear();
    for (const file of await parquetBelow(lake.dataPath)) await makeOld(file);
    expect((await cold().tidy()).orphans).toEqual({ files: 0, bytes: 0 });
    expect(await contentOf(`silver.odds at (version => ${snapshot ?? -1})`)).toEqual(before);
  });

  it('takes rows out of an archive after its time in the lake, which is for ever unless it is set', async () => {
    await cleaning(lake).archive({ tables: ['gold.predictions'] });
    expect((await cleaning(lake).tidy()).forgotten).toEqual([]);
    const thirteen = cleaning(lake, { retention: { 'gold.predictions': { lakeMonths: 13 } } });
    const expected = [{ table: 'gold.predictions', before: '2024-10', rows: 80 }];
    expect((await thirteen.tidy({ mode: 'dry-run' })).forgotten).toEqual(expected);
    expect((await thirteen.tidy()).forgotten).toEqual(expected);
    expect(await contentOf('gold.predictions')).toMatchObject([{ n: 40 }]);
    expect((await thirteen.tidy()).forgotten).toEqual([]);
  });
});
