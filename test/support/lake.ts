import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createBuildGoldActivities, type BuildGoldResult } from '../../activities/build-gold.js';
import { createPublishSilverActivities, type PublishSilverResult } from '../../activities/publish-silver.js';
import { ensureDuckDbExtensions, ensureHttpfs } from '../../adapters/embedded/tools/duckdb-extensions.js';
import type { LakePlacement } from '../../adapters/lake/duckdb.js';
import { s3Secret } from '../../adapters/lake/s3-access.js';
import { quoteText } from '../../adapters/lake/sql-text.js';
import { roleUrls } from '../../adapters/postgres/roles.js';
import { openLake, type Lake } from '../../adapters/lake/open-lake.js';
import type { Snapshot } from '../../adapters/lake/snapshots.js';
import { readConfig } from '../../config.js';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { instantFromIso } from '../../schemas/values.js';
import { writeFootballData } from '../../simulator/football-data/folder.js';
import { createLeague, type League } from '../../simulator/league/league.js';
import { asActivity, openHouse, type TestHouse } from './house.js';
import { s3OfTheRun } from './s3-of-the-run.js';

/** A lake over one database, with the activities that fill it. */
export interface TestLake {
  readonly lake: Lake;
  readonly house: TestHouse;
  readonly dataPath: string;
  /** The database of the house. */
  readonly url: string;
  publish(runId: string): Promise<PublishSilverResult>;
  buildGold(runId: string): Promise<BuildGoldResult>;
  clear(): Promise<void>;
  /** The snapshots that jobs made, oldest first. */
  jobSnapshots(): Promise<Snapshot[]>;
  /** How many rows each of the tables has, by `layer.name`. */
  counts(tables: readonly LakeTable[]): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** Where the lake of a test's folder has its Parquet: below it, or in the object store of the run, under the folder's name. */
export const dataPathBelow = (folder: string, s3: LakePlacement['s3'] = s3OfTheRun()): string =>
  s3 === undefined
    ? path.join(folder, 'data_lake')
    : `s3://football-lake/${folder.split(path.sep).slice(-2).join('/')}/data_lake`;

/**
 * Opens the lake of a migrated database, its Parquet under the folder, or in the object store of the run, or of the placement, under
 * the folder's name. Nothing is published yet.
 */
export async function openTestLake(
  url: string,
  folder: string,
  placement: Partial<Pick<LakePlacement, 'coldPath' | 'compression' | 's3'>> = {},
): Promise<TestLake> {
  const s3 = placement.s3 ?? s3OfTheRun();
  const dataPath = dataPathBelow(folder, s3);
  const lake = openLake({
    databases: roleUrls(url, undefined),
    processName: 'test-lake',
    dataPath,
    coldPath: placement.coldPath,
    compression: placement.compression ?? 'snappy',
    s3,
    extensions: {
      ...(await ensureDuckDbExtensions(readConfig())),
      httpfs: s3 === undefined ? undefined : await ensureHttpfs(readConfig()),
    },
    memoryLimitMb: 300,
    threads: 2,
    tempDirectory: path.join(folder, 'tmp'),
  });
  const house = openHouse(url);
  const silver = createPublishSilverActivities({ pool: house.pools.admin.pool, lake });
  const gold = createBuildGoldActivities({ pool: house.pools.admin.pool, lake });
  return {
    lake,
    house,
    dataPath,
    url,
    publish: (runId) => asActivity(() => silver.publishSilver({ runId })),
    buildGold: (runId) => asActivity(() => gold.buildGold({ runId })),
    clear: () => asActivity(() => silver.clearLake({})),
    jobSnapshots: async () => (await lake.snapshots()).filter(({ info }) => info !== null).toReversed(),
    counts: async (tables) =>
      Object.fromEntries(
        (await lake.status(tables)).tables.map(({ layer, table, rows }) => [`${layer}.${table}`, rows]),
      ),
    async close() {
      await lake.close();
      await house.close();
    },
  };
}

/** A league that never was, in the autumn of its first season. */
export const testLeague = (now = '2026-11-24T10:00:00Z'): League =>
  createLeague({ seed: 5, now: instantFromIso(now), seasons: 1 });

/**
 * Brings a league, as its files stand, to silver.
 * @param at when that is, where it is not today: a file with results of days to come is doubted
 */
export async function importToSilver(
  house: TestHouse,
  folder: string,
  league: League,
  runId: string,
  at?: string,
): Promise<void> {
  const directory = path.join(folder, 'files');
  await writeFootballData({ directory, leagues: [league] });
  const clock =
    at === undefined ? {} : { clock: { startsAt: instantFromIso(at), realStart: Date.now(), speed: 0 } };
  for (const file of await house.list(directory))
    await house.collectFile({ file, runId, reading: 'if-changed', ...clock });
  await house.refine();
}

/** Lets a DuckDB of a test's own read the files of a lake, wherever they are. */
export async function reachFilesOf({ lake }: TestLake, connection: DuckDBConnection): Promise<void> {
  const { s3 } = lake.places;
  if (s3 === undefined) return;
  await connection.run(`load ${quoteText(await ensureHttpfs(readConfig()))}`);
  await connection.run(s3Secret(s3));
}
