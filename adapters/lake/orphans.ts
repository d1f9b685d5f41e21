import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { lakeLayers } from '../../schemas/tables/lake-table.js';
import { toIso, type Instant } from '../../schemas/values.js';
import { coldFolderOf } from './cold-folder.js';
import { catalogueSchema } from './duckdb.js';
import type { LakeFile } from './reader.js';
import { readRows } from './rows.js';
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
  lakeLayers.some((layer) => file.startsWith(path.join(root, layer) + path.sep));

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
    const folder = path.join(coldFolder, layer);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile() || !entry.name.endsWith('.parquet') || known.has(entry.name)) continue;
      orphans.push(path.join(entry.parentPath, entry.name));
    }
  }
  return orphans;
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
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() === true && found.mtimeMs < olderThan)
      orphans.push({ path: file, bytes: found.size });
  }
  return orphans;
}

/** Removes files that {@link findOrphans} found. */
export async function removeOrphans(orphans: readonly LakeFile[]): Promise<void> {
  for (const { path: file } of orphans) await rm(file, { force: true });
}
