import { appendFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { BackupConfig } from '../../config.js';
import {
  backupDay,
  backupFolders,
  backupName,
  folderOfBackup,
  kindOfMethod,
  metadataFile,
  metadataSuffix,
  parseBackupName,
  partialPrefix,
  walDayFile,
  type BackupErrorType,
  type BackupKind,
  type BackupMethod,
  type BackupMetadata,
} from '../../schemas/backup.js';
import { describeError, PrerequisiteMissing } from '../../schemas/errors.js';
import type { Meters } from '../metrics/meters.js';
import type { Redactor } from '../redaction/redactor.js';
import { makeBase } from './base-backup.js';
import { makeDump } from './dump.js';
import { backupErrorType } from './failure.js';
import { beginRun, dropRun, failRun, succeedRun, withBackupLock } from './ledger.js';
import { basesAmong, listBackups } from './list.js';
import type { MadeFiles, MakeOptions } from './making.js';
import { readWalDay, sumOfFiles, writeMetadata } from './metadata.js';
import { fileMode, makePlace, namesIn, ownFolder, type BackupPlace } from './place.js';
import { sendCopies } from './send-copies.js';
import { readRecipients } from './sealing.js';
import { serverFacts } from './server.js';
import { proveWal, shipWal } from './ship-wal.js';
import { findPostgresTools } from './tools.js';
import { walDays } from './wal-store.js';

/** What backups are made with. */
export interface BackupDeps {
  readonly config: BackupConfig;
  /** Of the admin. */
  readonly pool: pg.Pool;
  /** Where the admin logs in: a secret. */
  readonly url: string;
  /** The folder of models; undefined where they are elsewhere. */
  readonly modelsRoot: string | undefined;
  readonly meters: Meters;
  readonly redactor: Redactor;
  readonly now: () => Date;
}

/** What became of one part of a backup. */
export type MadeBackup =
  | {
      readonly outcome: 'succeeded';
      readonly method: BackupMethod;
      readonly name: string;
      readonly size: number;
      /** Why its copy is not where copies go; null where it is, or none is wanted. */
      readonly notCopied: string | null;
    }
  | {
      readonly outcome: 'failed' | 'skipped';
      readonly method: BackupMethod;
      readonly type: BackupErrorType | null;
      readonly reason: string;
    };

const methodsOf = {
  full: ['dump', 'base'],
  incremental: ['shipping'],
  wal: ['chain'],
} as const satisfies Record<BackupKind, readonly BackupMethod[]>;

/**
 * Makes the backups of a kind, one after the other, while no other of that kind is made. Each is in the ledger, the metrics and the log of the day; one that fails
 * leaves nothing that looks like a backup, and does not keep the next from being made. Rejects only where it is stopped by the signal, or nothing can be begun.
 */
export async function makeBackup(
  kind: BackupKind,
  deps: BackupDeps,
  { signal, report }: { readonly signal: AbortSignal; readonly report: (phase: string) => void },
): Promise<MadeBackup[]> {
  const startedAt = performance.now();
  const { pool, config, meters, now } = deps;
  const facts = await serverFacts(pool);
  const labels = { backup_type: kind, database_name: facts.database };
  const made: MadeBackup[] = [];
  try {
    const place = await makePlace(config.folder);
    await withBackupLock(deps.url, kind, async () => {
      const tools = await findPostgresTools({ ...config, major: facts.major });
      const recipients = await readRecipients(config.recipientsFile);
      await sweepUnfinished(place, kind);
      for (const method of methodsOf[kind]) {
        report(method);
        const at = await freeInstant(place, method, now());
        const { url, modelsRoot } = deps;
        const { pace, dumpJobs } = config;
        const options = {
          ...{ place, pool, url, facts, tools, recipients, pace, dumpJobs, modelsRoot, signal, at },
        };
        const one = await makeOne(method, options, deps);
        made.push(one);
        await note(place, now(), deps.redactor.text(lineOf(one)));
      }
    });
  } catch (error) {
    if (error instanceof PrerequisiteMissing) throw error;
    meters.add('football_database_backup_failure_total', { ...labels, error_type: backupErrorType(error) });
    throw error;
  }
  // Counted by the ledger: failures and successes that have a line in it are followed from there.
  if (made.every(({ outcome }) => outcome === 'succeeded')) {
    const size = made.reduce((sum, one) => sum + (one.outcome === 'succeeded' ? one.size : 0), 0);
    meters.set('football_database_last_backup_timestamp', labels, now().getTime() / 1_000);
    meters.observe(
      'football_database_backup_duration_seconds',
      labels,
      (performance.now() - startedAt) / 1_000,
    );
    meters.set('football_database_backup_file_size_bytes', labels, size);
  }
  return made;
}

async function makeOne(method: BackupMethod, options: MakeOptions, deps: BackupDeps): Promise<MadeBackup> {
  const { pool, place, facts, signal } = options;
  const { meters, redactor, config } = deps;
  const kind = kindOfMethod[method];
  const labels = { backup_type: kind, database_name: facts.database };
  const run = await beginRun(pool, { method, database: facts.database, place: place.root });
  try {
    const { metadata, sum } = await writeBackup(method, options, deps.now);
    await succeedRun(pool, run, { name: metadata.name, size: metadata.size, sum });
    const encrypts = options.recipients.keys.length > 0;
    const notCopied = await sendCopies({
      ...{ pool, place, offsite: config.offsite, pace: config.pace, encrypts, signal },
    }).then(
      () => null,
      (error: unknown) => {
        if (signal.aborted) throw error;
        meters.add('football_database_backup_failure_total', {
          ...labels,
          error_type: backupErrorType(error),
        });
        return redactor.text(describeError(error));
      },
    );
    return { outcome: 'succeeded', method, name: metadata.name, size: metadata.size, notCopied };
  } catch (error) {
    if (error instanceof PrerequisiteMissing) {
      await dropRun(pool, run);
      return { outcome: 'skipped', method, type: null, reason: error.message };
    }
    const type = backupErrorType(signal.aborted ? signal.reason : error);
    const reason = redactor.text(describeError(error));
    await sweepUnfinished(place, kind).catch(() => undefined);
    await failRun(pool, run, type, reason).catch(() => undefined);
    if (signal.aborted) throw signal.reason;
    return { outcome: 'failed', method, type, reason };
  }
}

async function writeBackup(
  method: BackupMethod,
  options: MakeOptions,
  now: () => Date,
): Promise<{ metadata: BackupMetadata; sum: string }> {
  const { at, place, facts, recipients, tools } = options;
  const name = backupName(method, at);
  const made = await make(method, name, options);
  const counted = [...made.files, ...made.segments];
  const { segmentSize: segment_size, system } = facts;
  const metadata: BackupMetadata = {
    ...{ version: 1, kind: kindOfMethod[method], method, name, database: facts.database },
    ...{
      server_version: facts.version,
      tool_version: method === 'dump' || method === 'base' ? tools.version : null,
    },
    ...{ started_at: at.toISOString(), ended_at: now().toISOString() },
    size: counted.reduce((sum, file) => sum + file.size, 0),
    sha256: sumOfFiles(counted),
    ...{ files: [...made.files], segments: made.segments, row_counts: made.row_counts },
    ...{ schema_version: facts.schemaVersion, base: made.base, wal: { ...made.wal, system, segment_size } },
    recipients: [...recipients.fingerprints],
  };
  const folder = place.at(folderOfBackup(name) ?? '');
  await ownFolder(folder);
  return { metadata, sum: await writeMetadata(path.join(folder, metadataFile(method, name)), metadata) };
}

async function make(method: BackupMethod, name: string, options: MakeOptions): Promise<MadeFiles> {
  if (method === 'dump') return await makeDump(name, options);
  if (method === 'base') return await makeBase(name, options);
  const bases = basesAmong(await listBackups(options.place));
  return method === 'shipping' ? await shipWal(options, bases) : await proveWal(options, bases);
}

/** The first second from now on whose name is free: a clock that was set back gives none twice. */
async function freeInstant(place: BackupPlace, method: BackupMethod, from: Date): Promise<Date> {
  const taken = new Set((await listBackups(place)).map(({ name }) => name));
  let at = from;
  while (taken.has(backupName(method, at))) {
    await sleep(20);
    at = new Date(at.getTime() + 1_000);
  }
  return at;
}

const lineOf = (one: MadeBackup): string =>
  one.outcome === 'succeeded'
    ? `${one.name} succeeded, ${one.size} bytes${one.notCopied === null ? '' : `; not copied: ${one.notCopied.split('\n')[0] ?? ''}`}`
    : `${one.method} ${one.outcome}${one.type === null ? '' : ` (${one.type})`}: ${one.reason.split('\n')[0] ?? ''}`;

/** A line in the log of the day (BKP-2). */
export async function note(place: BackupPlace, at: Date, line: string): Promise<void> {
  const file = place.at(backupFolders.logs, `backup_${backupDay(at)}.log`);
  await appendFile(file, `${at.toISOString()} ${line}\n`, { mode: fileMode });
}

/**
 * Removes what runs of a kind that were killed left behind: what has a partial name, and finished files that no metadata tells of. Whoever calls holds the lock
 * of that kind. What the server is just archiving is not touched.
 */
export async function sweepUnfinished(place: BackupPlace, kind: BackupKind): Promise<string[]> {
  const swept: string[] = [];
  const remove = async (...parts: readonly string[]): Promise<void> => {
    await rm(place.at(...parts), { recursive: true, force: true });
    swept.push(parts.join('/'));
  };
  if (kind === 'full') {
    const entries = await namesIn(place.at(backupFolders.full));
    for (const entry of entries) {
      const name = entry.split('.')[0] ?? '';
      const method = parseBackupName(name)?.method;
      const isWhole = method === undefined || entries.includes(metadataFile(method, name));
      if (entry.startsWith(partialPrefix) || (!isWhole && !entry.endsWith(metadataSuffix))) {
        await remove(backupFolders.full, entry);
      }
    }
    return swept;
  }
  for (const day of await namesIn(place.at(backupFolders.incremental))) {
    for (const entry of await namesIn(place.at(backupFolders.incremental, day))) {
      if (entry.startsWith(partialPrefix)) await remove(backupFolders.incremental, day, entry);
    }
  }
  for (const day of await walDays(place)) {
    const folder = place.at(backupFolders.wal, day);
    const listed = new Set((await readWalDay(path.join(folder, walDayFile)))?.files.map(({ name }) => name));
    for (const entry of await namesIn(folder)) {
      const isSegment = /^[0-9A-F]{8,}.*\.gz(\.age)?$/.test(entry);
      if (entry.startsWith(partialPrefix) || (isSegment && !listed.has(entry))) {
        await remove(backupFolders.wal, day, entry);
      }
    }
  }
  return swept;
}
