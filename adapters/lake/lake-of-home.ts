import path from 'node:path';
import { ensureDuckDbExtensions, ensureHttpfs } from '../embedded/tools/duckdb-extensions.js';
import { temporaryFolderOf } from '../temporary-files.js';
import type { Compression, LakeSettings } from './duckdb.js';
import { isInStore } from './lake-place.js';
import { openLake, type Lake } from './open-lake.js';
import type { S3Access } from './s3-access.js';

/** What decides where the lake is and what it may use of the machine. */
export interface LakePlaces {
  readonly home: string;
  readonly cache: string;
  readonly python: string;
  /** Where the Parquet lies; undefined means `data_lake` in the home. */
  readonly lakeUrl: string | undefined;
  /** Where months lie that are no longer hot, where there is such a place. */
  readonly lakeColdUrl: string | undefined;
  /** How the object store is reached; undefined where both are folders. */
  readonly s3: S3Access | undefined;
  readonly lakeCompression: Compression;
  readonly lakeMemoryLimitMb: number;
  readonly cpuCount: number;
}

/** The folder, or the place in an object store, that holds the lake's Parquet. */
export const dataPathOf = ({ home, lakeUrl }: Pick<LakePlaces, 'home' | 'lakeUrl'>): string =>
  lakeUrl ?? path.join(home, 'data_lake');

/** The folder of the lake on a disk of this machine, whose room counts; undefined where it is in an object store. */
export const lakeFolderOf = (places: Pick<LakePlaces, 'home' | 'lakeUrl'>): string | undefined =>
  isInStore(dataPathOf(places)) ? undefined : dataPathOf(places);

/** The folder of the model registry: in the lake's root beside the tables, or in the home of a lake that is in an object store. */
export const modelsRootOf = ({ home, lakeUrl }: Pick<LakePlaces, 'home' | 'lakeUrl'>): string =>
  path.join(
    lakeUrl === undefined || isInStore(lakeUrl) ? dataPathOf({ home, lakeUrl: undefined }) : lakeUrl,
    'models',
  );

/** The lake of a home, with DuckDB's extensions fetched into the cache where they are not there yet. */
export async function openLakeOf(
  places: LakePlaces,
  databases: LakeSettings['databases'],
  processName: string,
): Promise<Lake> {
  return openLake({
    databases,
    processName,
    dataPath: dataPathOf(places),
    coldPath: places.lakeColdUrl,
    compression: places.lakeCompression,
    s3: places.s3,
    extensions: {
      ...(await ensureDuckDbExtensions(places)),
      httpfs: places.s3 === undefined ? undefined : await ensureHttpfs(places),
    },
    memoryLimitMb: places.lakeMemoryLimitMb,
    threads: places.cpuCount,
    tempDirectory: path.join(temporaryFolderOf(places.home), 'duckdb'),
  });
}
