import { spawn } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { backupFolders } from '../../schemas/backup.js';
import { BadInput, DependencyAway } from '../../schemas/errors.js';
import { letServerArchive, makePlace } from '../backup/place.js';
import { archiveSettings } from '../backup/wal-archive.js';
import { findFreePort, refuseTakenPort } from './ports.js';
import { prepareDatabase, probe, type ServerAccess } from './postgres/access.js';
import { initializeData } from './postgres/initialize.js';
import { passwordFile } from './postgres/passwords.js';
import { preparePlace, type PostgresPlace } from './postgres/place.js';
import { clearLeftovers, findPostmaster, serverArguments } from './postgres/postmaster.js';
import { asUser } from './postgres/server-user.js';
import { endProcess, isRunning, type ProcessMark } from './processes.js';
import { lastLogLines, openServerLog } from './server-log.js';

/** How to run the embedded Postgres of one home. */
export interface PostgresOptions {
  /** Absolute. Data go to `postgres/`, the log to `logs/postgres.log`, the password to `postgres.password`. */
  readonly home: string;
  /** The port of 127.0.0.1 to listen on. Default: a free one. A server that runs already keeps its own. */
  readonly port?: number;
  /** Server settings beside the default ones. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A folder with `bin`, `lib` and `share` of another Postgres 15 or later, in place of the embedded one. */
  readonly binaries?: string | undefined;
  /** The root of all backups, where the server shall archive its WAL; undefined: it archives none. A server that runs already goes on as it was started. */
  readonly archiveTo?: string | undefined;
  /** Hears what is worth telling a person. */
  readonly report?: (line: string) => void;
}

/** A server that answers. It outlives this process unless it is stopped. */
export interface PostgresServer {
  /** With user and password: a secret. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Tells this server's process from others. */
  readonly mark: ProcessMark;
  /** Ends it by a fast shutdown: open transactions roll back, what was committed is on disk. */
  stop(): Promise<void>;
}

const defaultSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  shared_buffers: '192MB',
  max_wal_size: '4GB',
  wal_compression: 'on',
  jit: 'off',
  max_connections: '100',
  // A statement over all monthly partitions locks each of them and its indexes.
  max_locks_per_transaction: '1024',
  // When each row was committed: what a restore to an instant is held against.
  track_commit_timestamp: 'on',
  // Calls and time of the trigger functions: touchline db constraints shows them.
  track_functions: 'pl',
  fsync: 'on',
  synchronous_commit: 'on',
};

const attempts = 8;
const pollEveryMs = 50;
const readyWithinMs = 300_000;
const shutdown = [
  { signal: 'SIGINT', graceMs: 60_000 },
  { signal: 'SIGQUIT', graceMs: 10_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
] as const;

/**
 * Starts Postgres 15 on the home's data folder (made on first use) and the database football_prediction_dev in it, or
 * adopts the server that runs on that folder already. What a killed server left behind is cleared first.
 *
 * Throws {@link BadInput} where the port is taken, the folder belongs to another user or cannot be reached, or the
 * binaries are missing; {@link DependencyAway} where the server does not come up, with the last lines of its log.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const place = await preparePlace(options.home, options.report ?? (() => undefined), options.binaries);
  const password = await initializeData(options.home, place);
  for (let attempt = 1; ; attempt += 1) {
    const started = (await adopt(place)) ?? (await launch(options, place));
    const access = { port: started.port, password, data: place.data };
    const failure = await whyNotReady(started, access, options.home).finally(() => started.letGo());
    if (failure === undefined) {
      const url = await prepareDatabase(access);
      const { mark, port } = started;
      return { url, port, pid: mark.pid, mark, stop: () => endProcess(mark, shutdown) };
    }
    if (attempt >= attempts) throw failure;
  }
}

/** Ends the server of a home whose supervisor is gone. Says whether there was one. */
export async function stopPostgresOf(home: string): Promise<boolean> {
  const data = await realpath(path.join(home, 'postgres', 'data')).catch(() => undefined);
  const found = data === undefined ? undefined : await findPostmaster(data);
  if (found !== undefined) await endProcess(found.mark, shutdown);
  return found !== undefined;
}

interface Started {
  readonly mark: ProcessMark;
  readonly port: number;
  /** What the server has said so far. */
  readonly said: () => Promise<string>;
  /** Lets go of its log: the server has it open by itself. */
  readonly letGo: () => Promise<void>;
}

async function adopt({ data }: PostgresPlace): Promise<Started | undefined> {
  let found = await findPostmaster(data);
  while (found !== undefined && found.port === undefined) {
    await sleep(pollEveryMs);
    found = await findPostmaster(data);
  }
  if (found?.port === undefined) return undefined;
  return {
    mark: found.mark,
    port: found.port,
    said: () => Promise.resolve(''),
    letGo: () => Promise.resolve(),
  };
}

async function launch(
  { home, port, settings, archiveTo }: PostgresOptions,
  place: PostgresPlace,
): Promise<Started> {
  await clearLeftovers(place);
  const archiving = archiveTo === undefined ? {} : await prepareArchive(archiveTo, place);
  if (port !== undefined) await refuseTakenPort(port, 'Postgres');
  const chosen = port ?? (await findFreePort());
  const log = await openServerLog(home, 'postgres');
  const assignments = Object.entries({ ...defaultSettings, ...archiving, ...settings }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  );
  const args = [...serverArguments(place.data), '-p', String(chosen), ...assignments];
  const server = spawn(path.join(place.native, 'bin', 'postgres'), args, {
    ...asUser(place.user),
    cwd: '/',
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  server.once('error', () => undefined);
  server.unref();
  const { pid } = server;
  if (pid === undefined) throw new DependencyAway('Postgres could not be started', { file: log.file });
  const mark = { pid, argumentsInclude: serverArguments(place.data) };
  return { mark, port: chosen, said: () => log.tail(), letGo: () => log.close() };
}

async function prepareArchive(
  root: string,
  { user }: PostgresPlace,
): Promise<Readonly<Record<string, string>>> {
  const backups = await makePlace(root);
  await letServerArchive(backups, user);
  return archiveSettings(backups.at(backupFolders.incoming));
}

/** Undefined once the server answers; what it failed of where it ended before. */
async function whyNotReady(
  { mark, said }: Started,
  access: ServerAccess,
  home: string,
): Promise<DependencyAway | undefined> {
  const deadline = performance.now() + readyWithinMs;
  for (;;) {
    const answer = await probe(access);
    if (answer === 'ready') return undefined;
    if (answer === 'wrong-password') {
      throw new BadInput('The embedded Postgres does not take the password of its home', {
        file: passwordFile(home),
        advice: 'Put the file back from your backup, or start with another TOUCHLINE_HOME.',
      });
    }
    const ended = !(await isRunning(mark));
    if (ended || performance.now() > deadline) {
      return new DependencyAway(
        `Postgres ${ended ? 'ended instead of starting' : 'does not answer'}: ${lastLogLines(await said())}`,
        { file: path.join(home, 'logs', 'postgres.log'), advice: 'Look into that log for the cause.' },
      );
    }
    await sleep(pollEveryMs);
  }
}
