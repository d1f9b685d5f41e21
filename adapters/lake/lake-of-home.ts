import path from 'node:path';
import { ensureDuckDbExtensions } from '../embedded/tools/duckdb-extensions.js';
import { temporaryFolderOf } from '../temporary-files.js';
import type { Compression, LakeSettings } from './duckdb.js';
import { openLake, type Lake } from './open-lake.js';

/** What decides where the lake is and what it may use of the machine. */
export interface LakePlaces {
  readonly home: string;
  readonly cache: string;
  readonly python: string;
  /** Where the Parquet lies; undefined means `data_lake` in the home. */
  readonly lakeUrl: string | undefined;
  /** Where months lie that are no longer hot, where there is such a place. */
  readonly lakeColdUrl: string | undefined;
  readonly lakeCompression: Compression;
  readonly lakeMemoryLimitMb: number;
  readonly cpuCount: number;
}

/** The folder that holds the lake's Parquet. */
export const dataPathOf = ({ home, lakeUrl }: Pick<LakePlaces, 'home' | 'lakeUrl'>): string =>
  lakeUrl ?? path.join(home, 'data_lake');

/** The folder of the model registry: beside the tables, in the lake's root. */
export const modelsRootOf = ({ home, lakeUrl }: Pick<LakePlaces, 'home' | 'lakeUrl'>): string =>
  path.join(dataPathOf({ home, lakeUrl }), 'models');

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
    extensions: await ensureDuckDbExtensions(places),
    memoryLimitMb: places.lakeMemoryLimitMb,
    threads: places.cpuCount,
    tempDirectory: path.join(temporaryFolderOf(places.home), 'duckdb'),
  });
}
