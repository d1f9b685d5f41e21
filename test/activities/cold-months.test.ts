import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { goldTables } from '../../schemas/tables/gold.js';
import { cleaning } from '../support/archive-rows.js';
import { coldLakes, hot, type ColdLake, type ColdLakes } from '../support/cold-lakes.js';
import type { TestLake } from '../support/lake.js';

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

/** The folders of a table's files below the hot location and the cold one; that of this lake within the cold one is left out. */
const foldersOf = async (table: string): Promise<string[]> =>
  (await lake.lake.listFiles(table)).map(({ path: file }) => {
    const folder = path.dirname(file);
    return folder.startsWith(lake.dataPath)
      ? `hot${folder.slice(lake.dataPath.length)}`
      : `cold${folder.slice(own.coldPath.length).replace(/^\/lake-[0-9a-f]{16}/, '')}`;
  });

describe('months that are no longer hot', () => {
  it('move to the cold location, and a reader sees the same rows', async () => {
    await lake.publish('publish/1');
    const before = await contentOf('silver.odds');
    expect(await cold().cold({ tables: ['silver.odds'] })).toEqual([
      { table: 'silver.odds', months: ['2026-08', '2026-09', '2026-10'] },
    ]);
    expect((await foldersOf('silver.odds')).toSorted()).toEqual([
      'cold/silver/odds/year=2026/month=10',
      'cold/silver/odds/year=2026/month=8',
      'cold/silver/odds/year=2026/month=9',
      'hot/silver/odds/year=2026/month=11',
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
    expect((await foldersOf('silver.matches')).every((at) => at.startsWith('hot/'))).toBe(true);
  });

  it('come back when they are published again, and go once more', async () => {
    await lake.publish('publish/1');
    const before = await contentOf('silver.odds');
    await cold().cold({ tables: ['silver.odds'] });
    await lake.house.pool.query(
      `insert into lake_dirty_partitions (table_name, month) values ('odds', '2026-09-01')`,
    );
    await lake.publish('publish/2');
    expect(await foldersOf('silver.odds')).toContain('hot/silver/odds/year=2026/month=9');
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
});
