import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { moveOldMonths } from '../../activities/clean-data.js';
import { coldFolderOf } from '../../adapters/lake/cold-folder.js';
import { retentionWith } from '../../schemas/retention.js';
import { silverTables } from '../../schemas/tables/silver.js';
import { cleaning } from '../support/archive-rows.js';
import { coldLakes, hot, type ColdLake, type ColdLakes } from '../support/cold-lakes.js';
import { copyDatabase } from '../support/copy-database.js';
import { makeTestFolder } from '../support/folder.js';
import { openTestLake, type TestLake } from '../support/lake.js';

let lakes: ColdLakes;
let own: ColdLake;
let lake: TestLake;

beforeAll(async () => {
  lakes = await coldLakes();
});
afterAll(async () => {
  await lakes.close();
});
beforeEach(async () => {
  own = await lakes.next();
  lake = own.lake;
});
afterEach(async () => {
  await own.close();
});

const cold = () => own.cold();
const contentOf = (table: string) => own.contentOf(table);

describe('a move to the cold location that is cut off', () => {
  it('leaves months where they are, and a file that is an orphan, which tidying removes', async () => {
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
    const files = await lake.lake.listFiles('silver.matches');
    expect(files.every(({ path: file }) => file.startsWith(lake.dataPath))).toBe(true);
    const left = await parquetBelow(own.coldPath);
    expect(left).toHaveLength(3);
    await cold().cold({ runId: 'cleanup/1' });
    for (const file of left) await makeOld(file);
    expect((await cold().tidy()).orphans).toMatchObject({ files: 3 });
    expect(await lake.counts(silverTables)).toEqual(counted);
    expect(await contentOf('silver.matches')).toMatchObject([{ n: counted['silver.matches'] }]);
    const existing = await parquetBelow(own.coldPath);
    expect(left.filter((file) => existing.includes(file))).toEqual([]);
  });
});

describe('a cold location of several lakes', () => {
  it.each([
    ['another lake', false],
    ['a copy of the lake, restored elsewhere,', true],
  ] as const)('keeps the months of one when %s is tidied', async (_, isCopy) => {
    if (isCopy) await lake.publish('publish/1');
    const url = await copyDatabase(isCopy ? lake.url : lakes.filled, isCopy ? 'restored' : 'another');
    if (!isCopy) await lake.publish('publish/1');
    const elsewhere = await makeTestFolder();
    const other = await openTestLake(url, elsewhere.path, { coldPath: own.coldPath });
    try {
      if (!isCopy) await other.publish('publish/1');
      const before = await contentOf('silver.odds');
      await cold().cold();
      for (const file of await parquetBelow(own.coldPath)) await makeOld(file);
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
      coldFolderOf(connection, { coldPath: own.coldPath, dataPath: lake.dataPath }),
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
    expect(await parquetBelow(own.coldPath)).toEqual([]);
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
