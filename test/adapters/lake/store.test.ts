import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moveOldMonths } from '../../../activities/clean-data.js';
import { publishSilver } from '../../../activities/publish-silver.js';
import { lakeFileExists, missingLakeFiles } from '../../../adapters/backup/lake-files.js';
import { onDatabase } from '../../../adapters/backup/on-server.js';
import { initialiseStore } from '../../../adapters/lake/init-store.js';
import { openObjectStore } from '../../../adapters/lake/object-store.js';
import { findOrphans, removeOrphans } from '../../../adapters/lake/orphans.js';
import { BadInput, DependencyAway } from '../../../schemas/errors.js';
import { retentionWith } from '../../../schemas/retention.js';
import { silverTables } from '../../../schemas/tables/silver.js';
import { instant, instantFromIso } from '../../../schemas/values.js';
import { cleaning } from '../../support/archive-rows.js';
import { copyDatabase } from '../../support/copy-database.js';
import { makeTestFolder, type TestFolder } from '../../support/folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from '../../support/lake.js';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.js';
import { startTestS3, type TestS3 } from '../../support/s3.js';

let postgres: TestPostgres;
let store: TestS3;
let folder: TestFolder;
let filled: string;
let databases = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
  store = await startTestS3();
  folder = await makeTestFolder();
  filled = await postgres.freshDatabase();
  const lake = await openTestLake(filled, folder.path);
  await importToSilver(lake.house, folder.path, testLeague(), 'import/1');
  await lake.close();
});

afterAll(async () => {
  await store.stop();
  await postgres.stop();
  await folder.remove();
});

/** A lake of its own over silver, in the store or in a folder. */
async function openOne(where: 'store' | 'folder', access = store.access): Promise<TestLake> {
  databases += 1;
  const name = `store_${databases}`;
  return openTestLake(await copyDatabase(filled, name), path.join(folder.path, name), {
    ...(where === 'store' ? { s3: access, coldPath: `s3://football-cold/${name}` } : {}),
  });
}

/** The keys of a table's files below the root, without the part of a name that is made anew for each. */
const keysOf = async (lake: TestLake, table: string): Promise<string[]> =>
  (await lake.lake.listFiles(table))
    .map(({ path: file }) => path.dirname(path.relative(lake.dataPath, file)))
    .toSorted();

const contentOf = (lake: TestLake, table: string, at = '') =>
  lake.lake.query(`select count(*) as n, sum(hash(t))::text as content from (from ${table}${at}) as t`);

const aDayMs = 86_400_000;
const hot = { now: instantFromIso('2026-12-06T03:00:00Z'), retention: { silver: { hotMonths: 1 } } };

describe('a lake in an object store', () => {
  it('has the keys and the rows of one in a folder', async () => {
    const [inStore, inFolder] = [await openOne('store'), await openOne('folder')];
    try {
      for (const lake of [inStore, inFolder]) {
        await lake.publish('publish/1');
        await lake.buildGold('build/1');
      }
      for (const table of ['silver.matches', 'silver.odds', 'silver.leagues', 'gold.match_results']) {
        expect(await keysOf(inStore, table), table).toEqual(await keysOf(inFolder, table));
      }
      expect(await inStore.counts(silverTables)).toEqual(await inFolder.counts(silverTables));
      for (const table of ['silver.odds', 'gold.match_results', 'gold.market_prices'])
        expect(await contentOf(inStore, table), table).toEqual(await contentOf(inFolder, table));
    } finally {
      await inStore.close();
      await inFolder.close();
    }
  });

  it('has the files that its catalogue names, and of one that was removed a restore is told', async () => {
    const lake = await openOne('store');
    const missing = () =>
      onDatabase(lake.url, (client) => missingLakeFiles(client, lakeFileExists(store.access)));
    try {
      await lake.publish('publish/1');
      await cleaning(lake, hot).cold({ tables: ['silver.odds'] });
      const { files } = await missing();
      expect(files).toBeGreaterThan(3);
      expect(await missing()).toEqual({ files, missing: [] });
      const [gone] = (await lake.lake.listFiles('silver.matches')).map(({ path: file }) => file);
      await openObjectStore(store.access).remove(gone ?? '');
      expect(await missing()).toEqual({ files, missing: [gone] });
      await expect(
        onDatabase(lake.url, (client) => missingLakeFiles(client, lakeFileExists(undefined))),
      ).rejects.toThrow(BadInput);
    } finally {
      await lake.close();
    }
  });

  it('moves months to a bucket of their own, and both its places are read, at older snapshots too', async () => {
    const lake = await openOne('store');
    try {
      const { snapshot } = await lake.publish('publish/1');
      const before = await contentOf(lake, 'silver.odds');
      expect(await cleaning(lake, hot).cold({ tables: ['silver.odds'] })).toEqual([
        { table: 'silver.odds', months: ['2026-08', '2026-09', '2026-10'] },
      ]);
      const files = (await lake.lake.listFiles('silver.odds')).map(({ path: file }) => file);
      expect(files.filter((file) => file.startsWith('s3://football-cold/'))).toHaveLength(3);
      expect(files.filter((file) => file.startsWith(lake.dataPath))).toHaveLength(1);
      expect(await contentOf(lake, 'silver.odds')).toEqual(before);
      expect(await contentOf(lake, 'silver.odds', ` at (version => ${snapshot ?? -1})`)).toEqual(before);
      expect(await cleaning(lake, hot).cold({ runId: 'cleanup/2', tables: ['silver.odds'] })).toEqual([]);
    } finally {
      await lake.close();
    }
  });

  it('keeps no rows of a move that is cut off; what it left in either place is removed once it is old, and nothing else', async () => {
    const lake = await openOne('store');
    const orphansBefore = (at: number) =>
      lake.lake.write((connection) =>
        findOrphans(connection, { ...lake.lake.places, olderThan: instant(at) }),
      );
    try {
      await lake.publish('publish/1');
      const before = await contentOf(lake, 'silver.matches');
      const cut = moveOldMonths(
        {
          pool: lake.house.pools.admin.pool,
          lake: lake.lake,
          retention: retentionWith(hot.retention),
          now: () => hot.now,
        },
        { runId: 'cleanup/0', mode: 'apply', tables: ['silver.matches'] },
        (phase) => {
          if (phase === 'cold.commit') throw new Error('Cut off');
        },
      );
      await expect(cut).rejects.toThrow('Cut off');
      const hotOrphan = `${lake.dataPath}/silver/odds/year=2026/month=9/orphan.parquet`;
      const ofAnother = `${lake.dataPath}/models/somebody/features.parquet`;
      await lake.lake.write(async (connection) => {
        for (const file of [hotOrphan, ofAnother])
          await connection.run(`copy (select 1 as x) to '${file}' (format parquet)`);
      });

      expect(await orphansBefore(Date.now() - aDayMs)).toEqual([]);
      const orphans = await orphansBefore(Date.now() + aDayMs);
      expect(orphans.filter(({ path: file }) => file.startsWith('s3://football-cold/'))).toHaveLength(3);
      expect(orphans.filter(({ path: file }) => file.startsWith(lake.dataPath))).toMatchObject([
        { path: hotOrphan },
      ]);
      expect(orphans.every(({ bytes }) => bytes > 0)).toBe(true);
      await removeOrphans(orphans, lake.lake.places.s3);
      expect(await orphansBefore(Date.now() + aDayMs)).toEqual([]);
      expect(await contentOf(lake, 'silver.matches')).toEqual(before);
    } finally {
      await lake.close();
    }
  });

  it('goes away in the middle of a publication: nothing is published, and the same run goes through when it is back', async () => {
    const lake = await openOne('store');
    let written = 0;
    const publishing = publishSilver(
      { pool: lake.house.pools.admin.pool, lake: lake.lake },
      {
        runId: 'publish/1',
        reportPhase: (phase) => {
          if (phase !== 'lake.write') return;
          written += 1;
          if (written === 3) store.kill();
        },
      },
    );
    try {
      await expect(publishing).rejects.toThrow(DependencyAway);
      await expect(publishing).rejects.toMatchObject({ subject: { setting: 'S3_ENDPOINT' } });
      expect(await lake.jobSnapshots()).toEqual([]);
    } finally {
      await store.start();
    }
    try {
      const { snapshot } = await lake.publish('publish/1');
      expect(snapshot).not.toBeNull();
      const { rows } = await lake.house.pool.query('select count(*)::int as n from odds');
      expect(await lake.lake.query('select count(*) as n from silver.odds')).toEqual(rows);
    } finally {
      await lake.close();
    }
  });

  it.each([
    ['S3_SECRET_ACCESS_KEY', { secret: 'a-secret-of-somebody-else' }],
    ['S3_ACCESS_KEY_ID', { keyId: 'nobody' }],
  ] as const)('says which setting is wrong, and no secret: %s', async (setting, wrong) => {
    const access = { ...store.access, ...wrong };
    const lake = await openOne('store', access);
    try {
      const refused = await lake.publish('publish/1').catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(BadInput);
      expect(refused).toMatchObject({ subject: { setting } });
      expect(String(refused)).not.toContain(access.secret);
    } finally {
      await lake.close();
    }
  });
});

describe('the buckets of a lake', () => {
  it('are made once, with their policies, whoever asks again', async () => {
    const client = openObjectStore(store.access);
    const places = ['s3://football-hot/data_lake', 's3://football-hot-cold', '/a/folder'];
    const buckets = [
      ...['football-hot', 'football-hot-cold', 'football-lake-bronze', 'football-lake-silver'],
      ...['football-lake-gold', 'football-models'],
    ];
    expect(await initialiseStore(client, places)).toEqual(buckets.map((bucket) => ({ bucket, was: 'made' })));
    expect(await initialiseStore(client, places)).toEqual(
      buckets.map((bucket) => ({ bucket, was: 'there' })),
    );
  });
});
