import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { BadInput } from '../../schemas/errors.js';
import { parseDatabaseUrl } from '../postgres/roles.js';

const run = promisify(execFile);

/** The programs of Postgres that backups and restores are made with. */
export const postgresTools = [
  'pg_dump',
  'pg_dumpall',
  'pg_restore',
  'psql',
  'pg_basebackup',
  'pg_verifybackup',
  'pg_waldump',
] as const;
export type PostgresTool = (typeof postgresTools)[number];

/** Where each of them is, and its version as `15.18`. */
export interface PostgresTools {
  readonly version: string;
  program(tool: PostgresTool): string;
}

/** Where to look; undefined: on PATH, then where Debian has them. */
export interface ToolSearch {
  readonly toolsFolder: string | undefined;
  /** The folders of PATH. */
  readonly searchPath: readonly string[];
  /** Of the server, as 15. */
  readonly major: number;
}

/**
 * Finds the tools of the server's version, all in one folder. Throws {@link BadInput} where there are none: those of another version refuse the server, or
 * write what it cannot read.
 */
export async function findPostgresTools({
  toolsFolder,
  searchPath,
  major,
}: ToolSearch): Promise<PostgresTools> {
  const folders =
    toolsFolder === undefined ? [...searchPath, `/usr/lib/postgresql/${major}/bin`] : [toolsFolder];
  const others = new Set<string>();
  for (const folder of folders) {
    const version = await versionIn(folder);
    if (version === undefined) continue;
    if (Number.parseInt(version, 10) === major) {
      return { version, program: (tool) => path.join(folder, tool) };
    }
    others.add(version);
  }
  const found = others.size === 0 ? '' : `; there are those of ${[...others].join(', ')}`;
  throw new BadInput(`The tools of Postgres ${major} are not there (${postgresTools.join(', ')})${found}`, {
    setting: 'POSTGRES_TOOLS_DIR',
    ...(toolsFolder === undefined ? {} : { file: toolsFolder }),
    advice:
      'On Debian, as root: scripts/install-postgres-tools.sh. Elsewhere set POSTGRES_TOOLS_DIR to the folder that holds them.',
  });
}

/** The version of the tools in a folder; undefined where one of them is missing. */
async function versionIn(folder: string): Promise<string | undefined> {
  try {
    for (const tool of postgresTools) await access(path.join(folder, tool), constants.X_OK);
    const { stdout } = await run(path.join(folder, 'pg_dump'), ['--version'], { timeout: 10_000 });
    return /(\d+(\.\d+)*)/.exec(stdout)?.[1];
  } catch {
    return undefined;
  }
}

/** What an address says to the tools, by their environment: an argument could be read by everyone on the machine. */
export function toolEnvironment(databaseUrl: string): Record<string, string> {
  const url = parseDatabaseUrl(databaseUrl);
  const said: readonly (readonly [string, string | null])[] = [
    ['PGHOST', url.searchParams.get('host') ?? decodeURIComponent(url.hostname)],
    ['PGPORT', url.port],
    ['PGUSER', decodeURIComponent(url.username)],
    ['PGPASSWORD', decodeURIComponent(url.password)],
    ['PGDATABASE', decodeURIComponent(url.pathname.slice(1))],
    ['PGSSLMODE', url.searchParams.get('sslmode')],
    ['PGSSLROOTCERT', url.searchParams.get('sslrootcert')],
    ['PGOPTIONS', url.searchParams.get('options')],
  ];
  return Object.fromEntries(
    said.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, value]])),
  );
}

/** The same for a connection of replication, which belongs to no database and takes on no role. */
export function replicationEnvironment(databaseUrl: string): Record<string, string> {
  const ofDatabase = new Set(['PGOPTIONS', 'PGDATABASE']);
  return Object.fromEntries(
    Object.entries(toolEnvironment(databaseUrl)).filter(([name]) => !ofDatabase.has(name)),
  );
}
