import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DependencyAway } from '../../schemas/errors.js';
import { serverArguments } from '../embedded/postgres/postmaster.js';
import { asUser } from '../embedded/postgres/server-user.js';
import { endProcess, isRunning, type ProcessMark } from '../embedded/processes.js';
import { lastLogLines } from '../embedded/server-log.js';
import { scratchShutdown, type ScratchFolder } from './scratch-folder.js';

/** A server of its own, reached through a socket in a folder that only its account and root may enter. */
export interface ScratchCluster {
  readonly mark: ProcessMark;
  /** The address of a database of it, as that user: no password is asked, so it is no secret. */
  url(database: string): string;
  /** Ends it. Its folder stays. */
  stop(): Promise<void>;
}

export interface ScratchOptions {
  /** A user that the cluster has, who may do everything. */
  readonly user: string;
  /** Server settings beside those of a server whose data nobody keeps. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How long it may take until it answers: as long as its recovery takes. */
  readonly readyWithinMs?: number;
  /** Stops waiting. */
  readonly signal?: AbortSignal;
}

/** It ended instead of answering. `log` is what it said. */
export class ScratchEnded extends DependencyAway {
  readonly log: string;

  constructor(log: string, subject: DependencyAway['subject']) {
    super(`A scratch server of Postgres ended instead of answering: ${lastLogLines(log)}`, subject);
    this.log = log;
  }
}

const settingsOfScratch: Readonly<Record<string, string>> = {
  listen_addresses: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  shared_buffers: '192MB',
  maintenance_work_mem: '256MB',
  max_wal_size: '4GB',
  max_connections: '40',
  max_locks_per_transaction: '1024',
  jit: 'off',
  autovacuum: 'off',
  // It must never write where production archives.
  archive_mode: 'off',
  archive_command: '',
  shared_preload_libraries: '',
  primary_conninfo: '',
  // A crash of it loses a copy.
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  // Nobody is let in before the recovery has ended.
  hot_standby: 'off',
  track_commit_timestamp: 'on',
};

const port = 5432;
const pollEveryMs = 50;
const readyWithinMs = 3_600_000;

/**
 * Starts a server on the data of a scratch folder, and waits until its recovery, if it has one, has ended. Throws {@link ScratchEnded} where it ends before;
 * {@link DependencyAway} where it takes longer than it may.
 */
export async function startScratchCluster(
  { place }: ScratchFolder,
  { user, settings = {}, ...waiting }: ScratchOptions,
): Promise<ScratchCluster> {
  const sockets = await socketFolder(place.user);
  const log = path.join(place.folder, 'server.log');
  await chmod(place.data, 0o700);
  await ownConfiguration(place.data, place.user);
  const assignments = Object.entries({
    ...settingsOfScratch,
    ...settings,
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const handle = await open(log, 'a', 0o600);
  const args = [...serverArguments(place.data), '-p', String(port), ...assignments];
  const server = spawn(path.join(place.native, 'bin', 'postgres'), args, {
    ...asUser(place.user),
    cwd: '/',
    detached: true,
    stdio: ['ignore', handle.fd, handle.fd],
  });
  server.once('error', () => undefined);
  server.unref();
  await handle.close();
  const { pid } = server;
  if (pid === undefined) throw new DependencyAway('Postgres could not be started', { file: log });
  const mark = { pid, argumentsInclude: serverArguments(place.data) };
  const url = (database: string): string =>
    `postgres://${encodeURIComponent(user)}@localhost:${port}/${encodeURIComponent(database)}?host=${encodeURIComponent(sockets)}`;
  const stop = async (): Promise<void> => {
    await endProcess(mark, scratchShutdown);
    await rm(sockets, { recursive: true, force: true });
  };
  try {
    await untilItAnswers(url('postgres'), mark, log, waiting);
    return { mark, url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Owner = ScratchFolder['place']['user'];

/** The address of a socket may have 107 bytes: it lies in the system's temporary folder, wherever the data are. */
async function socketFolder(owner: Owner): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tl-'));
  if (Buffer.byteLength(path.join(folder, `.s.PGSQL.${port}`)) > 107) {
    await rm(folder, { recursive: true });
    const short = await mkdtemp('/tmp/tl-');
    await giveTo(owner, short);
    return short;
  }
  await giveTo(owner, folder);
  return folder;
}

async function giveTo(owner: Owner, file: string): Promise<void> {
  if (owner.uid !== process.geteuid?.()) await chown(file, owner.uid, owner.gid);
}

/** The settings of the server that the data came from are not ours: where they lie differs, and they name its archive and its libraries. */
async function ownConfiguration(data: string, owner: Owner): Promise<void> {
  const files = {
    'postgresql.conf': '',
    'postgresql.auto.conf': '',
    'pg_hba.conf': 'local all all trust\n',
    'pg_ident.conf': '',
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(data, name);
    await writeFile(file, text, { mode: 0o600 });
    await giveTo(owner, file);
  }
}

/** Tells a server to recover when it starts: to an instant, or as far as its log goes. The files of the log lie in a folder, as they are. */
export async function recoverFrom(
  { place }: ScratchFolder,
  { wal, to }: { readonly wal: string; readonly to: Date | null },
): Promise<Readonly<Record<string, string>>> {
  const signal = path.join(place.data, 'recovery.signal');
  await writeFile(signal, '', { mode: 0o600 });
  await giveTo(place.user, signal);
  const quoted = wal.replaceAll('%', '%%').replaceAll("'", `'\\''`);
  return {
    restore_command: `cp '${quoted}/%f' "%p"`,
    recovery_target_timeline: 'latest',
    ...(to === null
      ? {}
      : {
          // It is read before names of zones are known, Z among them.
          recovery_target_time: to.toISOString().replace('T', ' ').replace('Z', '+00'),
          // What was committed at that very instant is there.
          recovery_target_inclusive: 'on',
          recovery_target_action: 'promote',
        }),
  };
}

/** A folder beside a scratch server's data for its log, which its account may read. */
export async function scratchWalFolder({ place }: ScratchFolder): Promise<string> {
  const folder = path.join(place.folder, 'wal');
  await mkdir(folder, { mode: 0o700 });
  await giveTo(place.user, folder);
  return folder;
}

async function untilItAnswers(
  url: string,
  mark: ProcessMark,
  log: string,
  { readyWithinMs: within = readyWithinMs, signal }: Pick<ScratchOptions, 'readyWithinMs' | 'signal'>,
): Promise<void> {
  const deadline = performance.now() + within;
  for (;;) {
    if (await answers(url)) return;
    if (!(await isRunning(mark)))
      throw new ScratchEnded(await readFile(log, 'utf8'), { file: log, advice: 'See what it says.' });
    signal?.throwIfAborted();
    if (performance.now() > deadline)
      throw new DependencyAway('A scratch server of Postgres does not answer', { file: log });
    await sleep(pollEveryMs);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}
