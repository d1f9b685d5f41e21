import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { mkdir } from 'node:fs/promises';
import type { Compression, LakePlacement, LakeSettings } from './duckdb.js';
import { onConnection, openDuckDb, sessionText } from './duckdb.js';
import { isInStore } from './lake-place.js';
import { quoteText } from './sql-text.js';
import { lakeAway, reachingLake } from './lake-failure.js';
import type { LakeReader } from './reader.js';
import { createLakeReader } from './reader.js';
import { readRows } from './rows.js';

/** The lake of one process. DuckDB is opened at the first use and kept; a lost Postgres means a fresh one. */
export interface Lake extends LakeReader {
  readonly places: LakePlacement;
  /**
   * Hands out a connection that may write: `lake` is the lake (and the default catalogue, so `gold.match_features`
   * resolves), `pg` the Postgres database. Throws {@link DependencyAway} while Postgres is away.
   */
  write<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
}

async function openWriter(settings: LakeSettings): Promise<DuckDBInstance> {
  if (!isInStore(settings.dataPath)) await mkdir(settings.dataPath, { recursive: true });
  const instance = await openDuckDb(settings, 'admin');
  try {
    await onConnection(instance, async (connection) => {
      // Small inserts would be kept in tables of the catalogue, where no reader of Parquet finds them.
      await connection.run(
        "attach 'ducklake:lake_secret' as lake (data_inlining_row_limit 0, override_data_path true)",
      );
      await connection.run(
        `attach ${quoteText(sessionText(settings, 'admin'))} as pg (type postgres, secret postgres_secret)`,
      );
      await setCompression(connection, settings.compression);
    });
    return instance;
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/** DuckLake keeps the option in its catalogue, and without it writes snappy. It goes for the files written from now on. */
async function setCompression(connection: DuckDBConnection, compression: Compression): Promise<void> {
  const [option] = await readRows(
    connection,
    `select value from ducklake_options('lake') where option_name = 'parquet_compression' and scope = 'GLOBAL'`,
  );
  if ((option?.['value'] ?? 'snappy') === compression) return;
  await connection.run(`call ducklake_set_option('lake', 'parquet_compression', ${quoteText(compression)})`);
}

/**
 * The lake: DuckLake with its catalogue in Postgres and its Parquet under `dataPath`. Opening costs nothing; the first
 * write opens DuckDB with the lake attached for writing, the first read another with the lake attached read-only.
 */
export function openLake(settings: LakeSettings): Lake {
  let writer: Promise<DuckDBInstance> | undefined;
  const reader = createLakeReader(settings);

  const forgetWriter = async (opened: Promise<DuckDBInstance>): Promise<void> => {
    if (writer === opened) writer = undefined;
    const instance = await opened.catch(() => undefined);
    instance?.closeSync();
  };

  const { dataPath, coldPath, compression, s3 } = settings;
  return {
    ...reader,
    places: { dataPath, coldPath, compression, s3 },
    async write(work) {
      return reachingLake(async () => {
        writer ??= openWriter(settings);
        const opened = writer;
        try {
          return await onConnection(await opened, async (connection) => {
            await connection.run('use lake');
            return await work(connection);
          });
        } catch (error) {
          const failedToOpen = await opened.then(
            () => false,
            () => true,
          );
          if (failedToOpen || lakeAway(error) !== undefined) await forgetWriter(opened);
          throw error;
        }
      });
    },
    async close() {
      await reader.close();
      if (writer !== undefined) await forgetWriter(writer);
    },
  };
}
