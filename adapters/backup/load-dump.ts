import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { BackupUnsound } from '../../schemas/errors.js';
import type { Computed, Row } from '../postgres/row.js';
import { databaseOf, onServer } from './on-server.js';
import { runTool, ToolFailed } from './run-tool.js';
import { makeUnpackFolder } from './scratch-folder.js';
import { toolEnvironment, type PostgresTools } from './tools.js';
import { untar } from './untar.js';

/** What makes a load quick. Nobody else sees the database before it is whole, and what is lost with the server is loaded again. */
const loading = [
  '-c synchronous_commit=off',
  '-c maintenance_work_mem=256MB',
  '-c max_parallel_maintenance_workers=2',
].join(' ');

/**
 * Loads a dump as SQL into an empty database. Any statement that fails, and any fault of the stream, ends it: a dump is there
 * whole or it is not. Throws {@link BackupUnsound} where Postgres refuses the dump, or what the stream throws.
 */
export async function loadDump(url: string, dump: Readable, tools: PostgresTools): Promise<void> {
  const psql = spawn(
    tools.program('psql'),
    ['--no-psqlrc', '--quiet', '--no-password', '--set', 'ON_ERROR_STOP=1', '--output', '/dev/null'],
    {
      env: { PATH: '/usr/bin:/bin', ...toolEnvironment(url), PGOPTIONS: loading },
      stdio: ['pipe', 'ignore', 'pipe'],
    },
  );
  const ended = once(psql, 'close');
  const said = text(psql.stderr);
  // psql that has ended closes the pipe: what it said of why counts more.
  const streamed = await pipeline(dump, psql.stdin).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const isOfPipe = streamed !== undefined && 'code' in streamed && streamed.code === 'EPIPE';
  if (streamed !== undefined && !isOfPipe) {
    psql.kill('SIGKILL');
    await ended;
    throw streamed;
  }
  await ended;
  if (psql.exitCode === 0 && streamed === undefined) return;
  const [first = ''] = (await said).split('\n').filter((line) => /ERROR|FATAL|error:/.test(line));
  throw refusedDump(url, first === '' ? 'it ended early' : first);
}

const jobs = 4;

/**
 * The same of a dump that several jobs made: its tar is unpacked into a folder below `parent`, and loaded by as many at once. Throws {@link BackupUnsound} as {@link loadDump}
 * does.
 */
export async function loadDirectory(
  url: string,
  tar: Readable,
  { tools, parent, file }: { readonly tools: PostgresTools; readonly parent: string; readonly file: string },
): Promise<void> {
  const folder = await makeUnpackFolder(parent);
  try {
    await untar(tar, { target: folder, file });
    await runTool({
      program: tools.program('pg_restore'),
      args: ['--no-password', '--exit-on-error', `--jobs=${jobs}`, '--dbname', databaseOf(url), folder],
      environment: { ...toolEnvironment(url), PGOPTIONS: loading },
      signal: new AbortController().signal,
    });
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error;
    throw refusedDump(url, error.message);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const refusedDump = (url: string, why: string): BackupUnsound =>
  new BackupUnsound('corrupt', `Postgres refuses the dump: ${why}`, {
    object: databaseOf(url),
    advice: 'Take another backup; touchline backup verify tells which are whole.',
  });

/** The roles that a dump of globals makes, with the statements that give them what they had. Passwords are not in it. */
export function rolesOfGlobals(
  sql: string,
): readonly { readonly role: string; readonly statements: readonly string[] }[] {
  const lines = sql.split('\n');
  return lines.flatMap((line) => {
    const role = /^CREATE ROLE (.+);$/.exec(line)?.[1];
    if (role === undefined) return [];
    const own = lines.filter(
      (one) => one.startsWith(`ALTER ROLE ${role} `) || one.startsWith(`GRANT ${role} TO `),
    );
    return [{ role: role.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'), statements: [line, ...own] }];
  });
}

/**
 * Makes the roles of a dump of globals that the server does not have: the dump's tables belong to them. Roles that are there keep what
 * they have. Returns the names of those that were made.
 */
export async function makeMissingRoles(url: string, globals: string): Promise<readonly string[]> {
  return await onServer(url, async (client) => {
    const { rows } = await client.query<Row<{ name: Computed<string> }>>(
      'select rolname::text as name from pg_roles',
    );
    const there = new Set(rows.map(({ name }) => name));
    const missing = rolesOfGlobals(globals).filter(({ role }) => !there.has(role));
    for (const { statements } of missing) await client.query(statements[0] ?? '');
    for (const { statements } of missing) {
      for (const statement of statements.slice(1)) await client.query(statement).catch(ignoreUnknownGrantor);
    }
    return missing.map(({ role }) => role);
  });
}

/** A membership may name who gave it, who is not here: it is then given by the migrations. */
function ignoreUnknownGrantor(error: unknown): void {
  const undefinedObject = '42704';
  if (!(error instanceof pg.DatabaseError && error.code === undefinedObject)) throw error;
}
