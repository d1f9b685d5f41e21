import { mkdir } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { parseDatabaseUrl, sessionName, type RoleUrls } from '../postgres/roles.js';
import { s3Secret, type S3Access } from './s3-access.js';
import { quoteText } from './sql-text.js';

/** How Parquet is compressed: snappy is read by everything and cheap, zstd is smaller. */
export const Compression = z.enum(['snappy', 'zstd']);
export type Compression = z.infer<typeof Compression>;

/** Where the lake's files are and how they are written. */
export interface LakePlacement {
  /** The folder (or s3:// address) that holds the Parquet files. */
  readonly dataPath: string;
  /** Where months lie that are no longer hot; undefined where there is no such place. */
  readonly coldPath: string | undefined;
  readonly compression: Compression;
  /** How the object store is reached; undefined where both places are folders. */
  readonly s3: S3Access | undefined;
}

/** Where the lake is, and what DuckDB may use of the machine. */
export interface LakeSettings extends LakePlacement {
  /** The Postgres that holds silver and the lake's catalogue: questions go as the reader, what writes the lake is the admin. */
  readonly databases: Pick<RoleUrls, 'reader' | 'admin'>;
  /** Names this process, with the role, in pg_stat_activity. */
  readonly processName: string;
  /** The extension files, in the order in which they are loaded. */
  readonly extensions: {
    readonly postgresScanner: string;
    readonly ducklake: string;
    /** What an object store needs; undefined where both places are folders. */
    readonly httpfs: string | undefined;
  };
  /** What DuckDB may hold in memory before it spills to `tempDirectory`, in MB. */
  readonly memoryLimitMb: number;
  readonly threads: number;
  readonly tempDirectory: string;
}

/** The schema of Postgres that holds the lake's catalogue. */
export const catalogueSchema = 'lake_catalog';

/** Whom DuckDB speaks to Postgres as. */
export type LakeRole = keyof LakeSettings['databases'];

/** What the sessions of a role say of themselves, as libpq reads it: no secret. */
export function sessionText({ databases, processName }: LakeSettings, role: LakeRole): string {
  const options = parseDatabaseUrl(databases[role]).searchParams.get('options');
  const parts = {
    application_name: sessionName(role, processName),
    ...(options === null ? {} : { options }),
  };
  return Object.entries(parts)
    .map(([key, value]) => `${key}='${value.replaceAll(/['\\]/g, '\\$&')}'`)
    .join(' ');
}

function postgresSecret(databaseUrl: string): string {
  const url = parseDatabaseUrl(databaseUrl);
  const parts = {
    host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname).replaceAll(/[[\]]/g, ''),
    port: url.port === '' ? '5432' : url.port,
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  const options = Object.entries(parts)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key} ${quoteText(value)}`);
  return `create secret postgres_secret (type postgres, ${options.join(', ')})`;
}

/**
 * Opens an in-memory DuckDB in UTC with the extensions loaded and the secrets in place: `attach 'ducklake:lake_secret'`
 * is the lake, `postgres_secret` the database, both as that role. Nothing is attached yet.
 */
export async function openDuckDb(settings: LakeSettings, role: LakeRole): Promise<DuckDBInstance> {
  await mkdir(settings.tempDirectory, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${settings.memoryLimitMb}MB`,
    threads: String(settings.threads),
    temp_directory: settings.tempDirectory,
    // Freed memory goes back to the system early: several processes share the machine.
    allocator_flush_threshold: '16MB',
    allocator_bulk_deallocation_flush_threshold: '32MB',
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    await connection.run(`load ${quoteText(settings.extensions.postgresScanner)}`);
    await connection.run(`load ${quoteText(settings.extensions.ducklake)}`);
    if (settings.extensions.httpfs !== undefined)
      await connection.run(`load ${quoteText(settings.extensions.httpfs)}`);
    // Partitions follow the session's zone, so every session is in UTC.
    await connection.run("set global TimeZone = 'UTC'");
    await connection.run(postgresSecret(settings.databases[role]));
    if (settings.s3 !== undefined) await connection.run(s3Secret(settings.s3));
    await connection.run(
      `create secret lake_secret (type ducklake, metadata_path ${quoteText(sessionText(settings, role))}, metadata_schema ${quoteText(catalogueSchema)},
        metadata_parameters map {'TYPE': 'postgres', 'SECRET': 'postgres_secret'}, data_path ${quoteText(settings.dataPath)})`,
    );
  } finally {
    connection.closeSync();
  }
  return instance;
}

/** Opens a connection, hands it to the work and closes it, whatever comes of it. */
export async function onConnection<T>(
  instance: DuckDBInstance,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
  }
}
