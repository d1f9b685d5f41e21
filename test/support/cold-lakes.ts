import path from 'node:path';
import { instantFromIso } from '../../schemas/values.js';
import { cleaning, seedPredictions } from './archive-rows.js';
import { copyDatabase } from './copy-database.js';
import { makeTestFolder, type TestFolder } from './folder.js';
import { importToSilver, openTestLake, testLeague, type TestLake } from './lake.js';
import { startTestPostgres } from './postgres.js';
import { s3OfTheRun } from './s3-of-the-run.js';

/** A lake with a cold location, over silver of a season and nothing published. */
export interface ColdLake {
  readonly lake: TestLake;
  readonly folder: TestFolder;
  readonly coldPath: string;
  /** A cleanup of it, by {@link hot}. */
  cold(): ReturnType<typeof cleaning>;
  /** Everything a table says, whatever its files. */
  contentOf(table: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Such lakes, all over copies of one database. */
export interface ColdLakes {
  /** The database that they are copies of. */
  readonly filled: string;
  next(): Promise<ColdLake>;
  close(): Promise<void>;
}

/** The season runs from August 2026; with one hot month, what lies before November is cold. */
export const hot = { now: instantFromIso('2026-12-06T03:00:00Z'), retention: { silver: { hotMonths: 1 } } };

export async function coldLakes(): Promise<ColdLakes> {
  const [postgres, files] = await Promise.all([startTestPostgres(), makeTestFolder()]);
  const filled = await postgres.freshDatabase();
  const first = await openTestLake(filled, files.path);
  await importToSilver(first.house, files.path, testLeague(), 'import/1');
  await seedPredictions(first.house.pool);
  await first.close();
  let databases = 0;
  return {
    filled,
    async next() {
      databases += 1;
      const folder = await makeTestFolder();
      const coldPath =
        s3OfTheRun() === undefined
          ? path.join(folder.path, 'cold_disk')
          : `s3://football-cold/${path.basename(folder.path)}`;
      const url = await copyDatabase(filled, `cold_${databases}`);
      const lake = await openTestLake(url, folder.path, { coldPath, compression: 'zstd' });
      return {
        ...{ lake, folder, coldPath },
        cold: () => cleaning(lake, hot),
        contentOf: (table) =>
          lake.lake.query(`select count(*) as n, sum(hash(t))::text as content from (from ${table}) as t`),
        async close() {
          await lake.close();
          await folder.remove();
        },
      };
    },
    async close() {
      await postgres.stop();
      await files.remove();
    },
  };
}
