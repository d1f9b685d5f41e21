import path from 'node:path';
import { openLakeOf } from '../../adapters/lake/lake-of-home.js';
import type { Lake } from '../../adapters/lake/open-lake.js';
import { readConfig } from '../../config.js';

/** A lake of this test's own over a database, its Parquet in the given folder. */
export const openTestLake = (folder: string, databaseUrl: string): Promise<Lake> => {
  const { cache, python } = readConfig();
  return openLakeOf(
    {
      home: folder,
      cache,
      python,
      lakeUrl: path.join(folder, 'data_lake'),
      lakeMemoryLimitMb: 400,
      cpuCount: 2,
    },
    databaseUrl,
  );
};
