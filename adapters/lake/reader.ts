import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { BadInput, PrerequisiteMissing, TouchlineError } from '../../schemas/errors.js';
import type { NumericColumns } from '../../schemas/numeric-columns.js';
import type { LakeTable } from '../../schemas/tables/lake-table.js';
import { qualifiedName } from '../../schemas/tables/lake-table.js';
import type { LakeSettings } from './duckdb.js';
import { catalogueSchema, onConnection, openDuckDb, sessionText } from './duckdb.js';
import type { ExportedTable } from './export-parquet.js';
import { exportTables } from './export-parquet.js';
import { pointInTimeFrame, type FrameAsked, type FrameWritten } from './frames/point-in-time.js';
import { readMatchVectors, type MatchVector, type VectorsAsked } from './frames/match-vectors.js';
import { readNumericColumns } from './gold-pass.js';
import { lakeAway, reachingLake, withoutPasswords } from './lake-failure.js';
import { answerQuestion } from './question.js';
import type { JsonRow } from './rows.js';
import { readRows } from './rows.js';
import type { Snapshot } from './snapshots.js';
import { listSnapshots } from './snapshots.js';
import { quoteText } from './sql-text.js';
import { storeRefused } from './store-failure.js';
import { countRows, lakeName } from './tables.js';
import { inLakeTransaction } from './transaction.js';

/** One Parquet file of a table. */
export interface LakeFile {
  readonly path: string;
  readonly bytes: number;
}

export interface LakeTableStatus {
  readonly layer: string;
  readonly table: string;
  readonly rows: number;
}

export interface LakeStatus {
  /** Null where nothing was published yet. */
  readonly snapshot: Snapshot | null;
  readonly tables: readonly LakeTableStatus[];
}

/** What can be read of the lake, through a read-only attachment. */
export interface LakeReader {
  /**
   * Answers one SELECT: `silver.matches` and `lake.silver.matches` both resolve. Throws {@link BadInput} with DuckDB's
   * message where the text is not one SELECT or cannot be answered, {@link PrerequisiteMissing} where there is no lake.
   */
  query(sql: string): Promise<JsonRow[]>;
  /** Answers a SELECT of ours whose columns are all DOUBLE, a column each: for many rows. Null becomes NaN. */
  queryNumbers(sql: string): Promise<NumericColumns>;
  /** The Parquet files of `silver.matches`, now or at a snapshot. */
  listFiles(table: string, snapshot?: number): Promise<LakeFile[]>;
  /** Writes every table as plain Parquet under a folder, all of one snapshot. */
  exportParquet(folder: string): Promise<{ snapshot: number; tables: ExportedTable[] }>;
  /**
   * Joins a frame of entities and instants with what was known of them then, all of the newest snapshot, and writes it. Throws as {@link pointInTimeFrame} does,
   * and where its signal was aborted.
   */
  frame(asked: FrameAsked): Promise<FrameWritten>;
  /** What a service tells of matches at their cutoffs, of one snapshot, by kick-off. Throws as {@link readMatchVectors} does. */
  vectors(asked: VectorsAsked): Promise<MatchVector[]>;
  /** Newest first; none where there is no lake yet. */
  snapshots(): Promise<Snapshot[]>;
  /** Rows a table, for the given tables that exist. */
  status(tables: readonly LakeTable[]): Promise<LakeStatus>;
  close(): Promise<void>;
}

const noLakeYet = () =>
  new PrerequisiteMissing('The lake is empty: nothing has been published yet', {
    object: 'lake',
    advice: 'Import some files first: touchline import football-data <dir|url>.',
  });

async function attachForReading(settings: LakeSettings): Promise<DuckDBInstance> {
  const instance = await openDuckDb(settings, 'reader');
  try {
    await onConnection(instance, async (connection) => {
      // Attached read-only, a catalogue that does not exist is an error of DuckDB's that says little.
      await connection.run(
        `attach ${quoteText(sessionText(settings, 'reader'))} as pg (type postgres, secret postgres_secret, read_only)`,
      );
      const found = await readRows(
        connection,
        `select * from postgres_query('pg', ${quoteText(`select to_regclass('${catalogueSchema}.ducklake_snapshot') is not null as found`)})`,
      );
      await connection.run('detach pg');
      if (found[0]?.['found'] !== true) throw noLakeYet();
      await connection.run("attach 'ducklake:lake_secret' as lake (read_only, override_data_path true)");
    });
    return instance;
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

/** A question may read the lake and nothing else of the machine, whatever functions it calls. */
async function openForQuestions(settings: LakeSettings): Promise<DuckDBInstance> {
  const instance = await attachForReading(settings);
  await onConnection(instance, async (connection) => {
    const { dataPath, coldPath } = settings;
    const places = coldPath === undefined ? [dataPath] : [dataPath, coldPath];
    await connection.run(`set allowed_directories = [${places.map(quoteText).join(', ')}]`);
    await connection.run('set enable_external_access = false');
    await connection.run('set lock_configuration = true');
  });
  return instance;
}

const tablePattern = /^(?:lake\.)?(bronze|silver|gold)\.([a-z][a-z0-9_]*)$/;
const FileRow = z.object({ path: z.string(), bytes: z.number() });
/** So soon a frame that nobody waits for is given up. */
const interruptedEveryMs = 50;
const TableRow = z.object({ layer: z.string(), name: z.string() });

/** Interrupts what a connection does once nobody waits for it: each statement, since an interruption ends the one that runs. */
async function untilAborted<T>(
  connection: DuckDBConnection,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const interrupting = setInterval(() => {
    if (signal?.aborted === true) connection.interrupt();
  }, interruptedEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(interrupting);
  }
}

/** The reading side of the lake. DuckDB is opened at the first read. */
export function createLakeReader(settings: LakeSettings): LakeReader {
  let opened: Promise<DuckDBInstance> | undefined;

  const forget = async (instance: Promise<DuckDBInstance>): Promise<void> => {
    if (opened === instance) opened = undefined;
    (await instance.catch(() => undefined))?.closeSync();
  };

  const read = async <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> =>
    reachingLake(async () => {
      opened ??= openForQuestions(settings);
      const instance = opened;
      try {
        return await onConnection(await instance, async (connection) => {
          await connection.run('use lake');
          return await work(connection);
        });
      } catch (error) {
        const failedToOpen = await instance.then(
          () => false,
          () => true,
        );
        if (failedToOpen || lakeAway(error) !== undefined) await forget(instance);
        throw error;
      }
    });

  const orWithoutLake = async <T>(work: () => Promise<T>, without: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PrerequisiteMissing) return without;
      throw error;
    }
  };

  const snapshots = () => orWithoutLake(() => read((connection) => listSnapshots(connection)), []);

  return {
    query: (sql) =>
      read(async (connection) => {
        try {
          return await answerQuestion(connection, sql);
        } catch (error) {
          if (error instanceof TouchlineError || lakeAway(error) !== undefined) throw error;
          const refused = storeRefused(error instanceof Error ? error.message : String(error));
          if (refused !== undefined) throw refused;
          throw new BadInput(
            `The query cannot be answered: ${withoutPasswords(error instanceof Error ? error.message : String(error))}`,
            {
              field: 'query',
              advice: 'Tables are silver.<name> and gold.<name>; touchline status lists them.',
            },
          );
        }
      }),

    queryNumbers: (sql) => read((connection) => readNumericColumns(connection, sql)),

    listFiles: (table, snapshot) =>
      read(async (connection) => {
        const [, layer, name] = tablePattern.exec(table) ?? [];
        if (layer === undefined || name === undefined) {
          throw new BadInput(`${table} names no table of the lake`, {
            field: 'table',
            advice: 'Write silver.<name> or gold.<name>; touchline status lists them.',
          });
        }
        const at = snapshot === undefined ? '' : `, snapshot_version => ${Math.trunc(snapshot)}`;
        try {
          const rows = await readRows(
            connection,
            `select data_file as path, data_file_size_bytes as bytes
             from ducklake_list_files('lake', ${quoteText(name)}, schema => ${quoteText(layer)}${at}) order by path`,
          );
          return rows.map((row) => FileRow.parse(row));
        } catch (error) {
          if (lakeAway(error) !== undefined) throw error;
          throw new BadInput(
            `The files of ${table} cannot be listed: ${error instanceof Error ? error.message : String(error)}`,
            { field: 'table', advice: 'touchline status lists the tables and the newest snapshot.' },
          );
        }
      }),

    exportParquet: (folder) =>
      reachingLake(async () => {
        const instance = await attachForReading(settings);
        try {
          return await onConnection(instance, async (connection) => {
            const [newest] = await listSnapshots(connection);
            if (newest === undefined) throw noLakeYet();
            return {
              snapshot: newest.id,
              tables: await exportTables(connection, {
                snapshot: newest.id,
                folder,
                compression: settings.compression,
              }),
            };
          });
        } finally {
          instance.closeSync();
        }
      }),

    frame: (asked) =>
      reachingLake(async () => {
        const instance = await attachForReading(settings);
        try {
          return await onConnection(instance, async (connection) => {
            // The rows of a frame have no order but that of their file.
            await connection.run('set preserve_insertion_order = true');
            return await untilAborted(connection, asked.signal, () =>
              inLakeTransaction(connection, () =>
                pointInTimeFrame(connection, asked, {
                  relationOf: (table) => `lake.${table}`,
                  matches: 'lake.silver.matches',
                }),
              ),
            );
          });
        } finally {
          instance.closeSync();
        }
      }),

    vectors: (asked) => read((connection) => readMatchVectors(connection, asked)),

    snapshots,

    status: async (tables) => {
      const [newest] = await snapshots();
      const counts = await orWithoutLake(
        () =>
          read(async (connection) => {
            const found = await readRows(
              connection,
              `select schema_name as layer, table_name as name from duckdb_tables() where database_name = 'lake'`,
            );
            const existing = new Set(
              found.map((row) => TableRow.parse(row)).map(({ layer, name }) => `${layer}.${name}`),
            );
            const rows: LakeTableStatus[] = [];
            for (const table of tables) {
              if (!existing.has(qualifiedName(table))) continue;
              rows.push({
                layer: table.layer,
                table: table.name,
                rows: await countRows(connection, lakeName(table)),
              });
            }
            return rows;
          }),
        [],
      );
      return { snapshot: newest ?? null, tables: counts };
    },

    close: async () => {
      if (opened !== undefined) await forget(opened);
    },
  };
}
