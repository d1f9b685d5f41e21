import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { lakeLayers } from '../../schemas/tables/lake-table.js';
import { toIso, type Instant } from '../../schemas/values.js';
import { coldFolderOf } from './cold-folder.js';
import { catalogueSchema } from './duckdb.js';
import { isBelow, isInStore, placeBelow } from './lake-place.js';
import type { LakeFile } from './reader.js';
import { readRows } from './rows.js';
import type { ObjectStore } from './object-store.js';
import type { S3Access } from './s3-access.js';
import { quoteText } from './sql-text.js';

export interface OrphanPlaces {
  readonly dataPath: string;
  readonly coldPath: string | undefined;
  /** Younger files may belong to a run that has not committed yet. */
  readonly olderThan: Instant;
}

const PathRow = z.object({ path: z.string() });

const pathsOf = async (connection: DuckDBConnection, sql: string): Promise<string[]> =>
  (await readRows(connection, sql)).map((row) => PathRow.parse(row).path);

/** DuckLake looks at every Parquet file below its data path; only the folders of layers are its own. */
const isInALayer = (root: string, file: string): boolean =>
  lakeLayers.some((layer) => isBelow(placeBelow(root, layer), file));

/** Files of the lake's folder in the cold location that no snapshot has and that DuckLake has not been told to delete. */
async function coldOrphans(connection: DuckDBConnection, coldFolder: string): Promise<string[]> {
  // A file's name is unique by itself, however the catalogue spells its folder.
  const known = new Set(
    (
      await pathsOf(
        connection,
        `select path from postgres_query('pg', ${quoteText(
          ['ducklake_data_file', 'ducklake_delete_file', 'ducklake_files_scheduled_for_deletion']
            .map((table) => `select path from ${catalogueSchema}.${table}`)
            .join(' union all '),
        )})`,
      )
    ).map((file) => path.basename(file)),
  );
  const orphans: string[] = [];
  for (const layer of lakeLayers) {
    const found = await parquetBelow(connection, placeBelow(coldFolder, layer));
    orphans.push(...found.filter((file) => !known.has(path.basename(file))));
  }
  return orphans;
}

/** The Parquet files below a place, none where there is no such place. */
async function parquetBelow(connection: DuckDBConnection, place: string): Promise<string[]> {
  if (isInStore(place))
    return pathsOf(connection, `select file as path from glob(${quoteText(`${place}/**/*.parquet`)})`);
  const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.parquet'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

const ObjectRow = z.object({ bytes: z.number(), written: z.number() });

/** How large a file is and when it was written, in milliseconds; undefined where it is gone. */
async function lookAt(
  connection: DuckDBConnection,
  file: string,
): Promise<{ readonly bytes: number; readonly written: number } | undefined> {
  if (!isInStore(file)) {
    const found = await stat(file).catch(() => undefined);
    return found?.isFile() === true ? { bytes: found.size, written: found.mtimeMs } : undefined;
  }
  // Neither column reads the object; a glob finds none where a name would be an error.
  const [row] = await readRows(
    connection,
    `select size as bytes, epoch_ms(last_modified)::bigint as written from read_blob(${quoteText(file.replace(/.$/, '[$&]'))})`,
  );
  return row === undefined ? undefined : ObjectRow.parse(row);
}

/**
 * The Parquet files that no snapshot of the lake has ever named: what killed runs left behind. Nothing is removed. The
 * caller holds the locks of every table.
 */
export async function findOrphans(
  connection: DuckDBConnection,
  { dataPath, coldPath, olderThan }: OrphanPlaces,
): Promise<LakeFile[]> {
  const hot = await pathsOf(
    connection,
    `select path from ducklake_delete_orphaned_files('lake', dry_run => true,
       older_than => timestamptz ${quoteText(toIso(olderThan))})`,
  );
  const cold =
    coldPath === undefined
      ? []
      : await coldOrphans(connection, await coldFolderOf(connection, { coldPath, dataPath }));
  const candidates = new Set([...hot.filter((file) => isInALayer(dataPath, file)), ...cold]);
  const orphans: LakeFile[] = [];
  for (const file of [...candidates].sort()) {
    const found = await lookAt(connection, file);
    if (found !== undefined && found.written < olderThan) orphans.push({ path: file, bytes: found.bytes });
  }
  return orphans;
}

/** Removes files that {@link findOrphans} found. */
export async function removeOrphans(orphans: readonly LakeFile[], s3: S3Access | undefined): Promise<void> {
  for (const { path: file } of orphans) {
    if (!isInStore(file)) await rm(file, { force: true });
    else if (s3 !== undefined) await (await storeClient(s3)).remove(file);
  }
}

/** The client is loaded where a lake has a store, and nowhere else. */
async function storeClient(s3: S3Access): Promise<ObjectStore> {
  const { openObjectStore } = await import('./object-store.js');
  return openObjectStore(s3);
}
