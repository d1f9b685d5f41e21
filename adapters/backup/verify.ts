import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type pg from 'pg';
import { formatLsn, missingFiles, parseLsn, parseSegment } from './wal-chain.js';
import {
  backupFolders,
  dumpFile,
  folderOfBackup,
  metadataFile,
  parseBackupName,
  sealedSuffix,
  walDayFile,
  type BackupErrorType,
  type SignedMetadata,
} from '../../schemas/backup.js';
import { BackupUnsound } from '../../schemas/errors.js';
import { reachingPostgres } from '../postgres/away.js';
import type { Computed, Row } from '../postgres/row.js';
import { isAbsent } from './absent.js';
import { keptRuns } from './ledger.js';
import { basesAmong, listBackups, type FoundBackup } from './list.js';
import { faultsOfFiles, measureFile, readWalDay } from './metadata.js';
import { namesIn, type BackupPlace } from './place.js';
import { unseal, type Identities } from './sealing.js';
import type { PostgresTools } from './tools.js';
import { verifyBase } from './verify-base.js';
import { incomingFiles, readWalStore, timelineOfHistory, walDays } from './wal-store.js';

/** What is wrong with a backup, or with the WAL. */
export interface BackupFault {
  /** The backup, or the day of WAL as `wal/20260103`. */
  readonly backup: string;
  readonly type: BackupErrorType;
  readonly message: string;
  readonly file: string | null;
}

/** What a verification found. */
export interface VerifiedBackups {
  readonly faults: readonly BackupFault[];
  /** Backups without a fault. */
  readonly sound: readonly string[];
  /** Of them, those whose contents were not looked at: their key is not here. Their sums are right. */
  readonly unopened: readonly string[];
  /** Up to here the newest base can be replayed without a gap; null where there is none. */
  readonly restorableUntil: string | null;
}

/** What is verified by. */
export interface VerifyOptions {
  readonly place: BackupPlace;
  /** With the ledger; undefined where Postgres is gone: what vanished whole is not found then. */
  readonly pool: pg.Pool | undefined;
  readonly identities: Identities;
  /** With these each base is also unpacked and held against the server's manifest; undefined: it is read to its end. */
  readonly deepBy: PostgresTools | undefined;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly report: (phase: string) => void;
}

/** A clock may be so far off before a backup counts as dated in the future. */
const clockSlackMs = 5 * 60_000;

/**
 * Looks at everything below the root: each file that metadata names is there with its sum, each dump and base can be read to its end, metadata are as they were written and as the
 * ledger says, nothing that the ledger tells of has vanished, and the WAL since each base is without a gap.
 */
export async function verifyBackups(options: VerifyOptions): Promise<VerifiedBackups> {
  const { place, pool, identities, deepBy, signal, report } = options;
  const faults: BackupFault[] = [];
  const unopened: string[] = [];
  const backups = await listBackups(place);
  for (const backup of backups) {
    signal.throwIfAborted();
    report(backup.name);
    const { metadata, fault } = backup;
    if (fault !== undefined || metadata === undefined) {
      if (fault !== undefined) faults.push(faultOf(backup.name, fault));
      continue;
    }
    faults.push(...dating(metadata, backup, options.now));
    const ofFiles = await faultsOfFiles(backup.file, metadata.files);
    faults.push(...ofFiles.map((one) => faultOf(backup.name, one)));
    if (ofFiles.length > 0) continue;
    const read = await readThrough(backup, metadata, identities);
    if (read === 'unopened') unopened.push(backup.name);
    else if (read !== 'read') faults.push(faultOf(backup.name, read));
    else if (backup.method === 'base' && deepBy !== undefined) {
      const unlike = await verifyBase(metadata, { place, identities, tools: deepBy, signal });
      if (unlike !== undefined) faults.push(faultOf(backup.name, unlike));
    }
  }
  if (pool !== undefined) faults.push(...(await againstLedger(pool, place, backups)));
  report('wal');
  const archived = pool === undefined ? undefined : await lastArchived(pool);
  const wal = await verifyWal(options, backups, archived);
  faults.push(...wal.faults);
  const faulty = new Set(faults.map(({ backup }) => backup));
  const sound = backups.map(({ name }) => name).filter((name) => !faulty.has(name));
  return { faults, sound, unopened, restorableUntil: wal.restorableUntil };
}

const faultOf = (backup: string, { fault, message, subject }: BackupUnsound): BackupFault => ({
  ...{ backup, type: fault, message },
  file: subject.file ?? null,
});

/** What its metadata says of itself has to be its name and place, and no later than now. */
function dating(metadata: SignedMetadata, { name, method, file }: FoundBackup, now: Date): BackupFault[] {
  if (metadata.name !== name || metadata.method !== method) {
    return [{ backup: name, type: 'corrupt', message: `The metadata is that of ${metadata.name}`, file }];
  }
  if (Date.parse(metadata.ended_at) <= now.getTime() + clockSlackMs) return [];
  const message = `It is dated in the future (${metadata.ended_at}): a clock was wrong then, or is now`;
  return [{ backup: name, type: 'clock', message, file }];
}

const lastWords = 'PostgreSQL database dump complete';

/** Opens each file and reads it to its end. A dump ends with what pg_dump writes last. */
async function readThrough(
  { file, name }: FoundBackup,
  metadata: SignedMetadata,
  identities: Identities,
): Promise<'read' | 'unopened' | BackupUnsound> {
  const { recipients: sealedFor } = metadata;
  const opens = sealedFor.length === 0 || identities.fingerprints.some((one) => sealedFor.includes(one));
  if (!opens && identities.keys.length === 0) return 'unopened';
  for (const { name: of } of metadata.files) {
    const whole = path.join(path.dirname(file), of);
    try {
      let end = '';
      const decoder = new StringDecoder('utf8');
      const chunks: AsyncIterable<Buffer> = unseal(whole, { identities, sealedFor });
      for await (const chunk of chunks) end = (end + decoder.write(chunk.subarray(-400))).slice(-400);
      const isDump = of === dumpFile(name) || of === dumpFile(name) + sealedSuffix;
      if (isDump && !end.includes(lastWords)) {
        return new BackupUnsound('corrupt', 'The dump does not end as pg_dump ends one', { file: whole });
      }
    } catch (error) {
      if (error instanceof BackupUnsound) return error;
      throw error;
    }
  }
  return 'read';
}

/** Where the metadata of a backup lies, or lay. */
function fileOf(place: BackupPlace, name: string): string | null {
  const [method, folder] = [parseBackupName(name)?.method, folderOfBackup(name)];
  return method === undefined || folder === undefined ? null : place.at(folder, metadataFile(method, name));
}

async function againstLedger(
  pool: pg.Pool,
  place: BackupPlace,
  backups: readonly FoundBackup[],
): Promise<BackupFault[]> {
  const found = new Map(backups.map((backup) => [backup.name, backup]));
  return (await keptRuns(pool, place.root)).flatMap(({ name, sum }): BackupFault[] => {
    const backup = found.get(name);
    if (backup === undefined) {
      return [
        {
          backup: name,
          type: 'missing',
          message: 'The ledger tells of it, and it is not on disk',
          file: fileOf(place, name),
        },
      ];
    }
    if (backup.metadata === undefined || backup.metadata.own_sha256 === sum) return [];
    const message = 'The metadata is not the one that the ledger tells of';
    return [{ backup: name, type: 'corrupt', message, file: backup.file }];
  });
}

/** What a server archived last, as it says. */
interface LastArchived {
  readonly system: string;
  readonly segment: string;
}

async function lastArchived(pool: pg.Pool): Promise<LastArchived | undefined> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ system: Computed<string>; segment: Computed<string | null> }>>(
      `select (select system_identifier::text from pg_control_system()) as system, left(last_archived_wal, 24) as segment from pg_stat_archiver`,
    ),
  );
  const { system = '', segment = null } = rows[0] ?? {};
  return segment === null ? undefined : { system, segment };
}

/** Every file of a day's list is there with its sum; what a shipping told of is in its list; what was archived since has the sum of its name; each base has its chain. */
async function verifyWal(
  { place, signal }: VerifyOptions,
  backups: readonly FoundBackup[],
  archived: LastArchived | undefined,
): Promise<{ faults: BackupFault[]; restorableUntil: string | null }> {
  const faults: BackupFault[] = [];
  const shipped = new Set(
    backups.flatMap(({ metadata }) => (metadata?.segments ?? []).map(({ name }) => name.split('/')[0] ?? '')),
  );
  const broken = new Set<string>();
  for (const day of await walDays(place)) {
    const backup = `${backupFolders.wal}/${day}`;
    const file = place.at(backupFolders.wal, day, walDayFile);
    try {
      const list = await readWalDay(file);
      const hasSegments = (await namesIn(place.at(backupFolders.wal, day))).some((name) =>
        /^[0-9A-F]{8}.*\.gz/.test(name),
      );
      if (list === undefined && shipped.has(day) && hasSegments) {
        faults.push({ backup, type: 'missing', message: "The list of the day's WAL is not there", file });
      }
      signal.throwIfAborted();
      faults.push(...(await faultsOfFiles(file, list?.files ?? [])).map((one) => faultOf(backup, one)));
    } catch (error) {
      if (!(error instanceof BackupUnsound)) throw error;
      broken.add(day);
      faults.push(faultOf(backup, error));
    }
  }
  for (const { name, segment, sha256 } of await incomingFiles(place)) {
    signal.throwIfAborted();
    const file = place.at(backupFolders.incoming, name);
    const found = await measureFile(file).catch((error: unknown) => {
      // It was sealed this moment.
      if (isAbsent(error)) return undefined;
      throw error;
    });
    if (sha256 === undefined || found === undefined || found.sha256 === sha256) continue;
    const message = `${segment} is not as Postgres archived it`;
    faults.push({ backup: backupFolders.incoming, type: 'corrupt', message, file });
    if (timelineOfHistory(segment) !== undefined) broken.add(name);
  }
  // A list or a history that cannot be read has its own fault; the chain cannot be told without it.
  if (broken.size > 0) return { faults, restorableUntil: null };
  const chain = await verifyChain(place, backups, archived);
  return { faults: [...faults, ...chain.faults], restorableUntil: chain.restorableUntil };
}

async function verifyChain(
  place: BackupPlace,
  backups: readonly FoundBackup[],
  archived: LastArchived | undefined,
): Promise<{ faults: BackupFault[]; restorableUntil: string | null }> {
  const faults: BackupFault[] = [];
  let restorableUntil: string | null = null;
  for (const base of basesAmong(backups)) {
    const { system, segment_size: segmentSize } = base.wal;
    const store = await readWalStore(place, system);
    const there = new Set(store.files.keys());
    const proofs = backups.flatMap(({ metadata }) =>
      metadata?.wal.system === system && metadata.base !== null ? [metadata.wal] : [],
    );
    const last = archived?.system === system ? [archived.segment] : [];
    const known = [...there, ...last].flatMap((name) => parseSegment(name, segmentSize) ?? []);
    const timeline = Math.max(base.wal.timeline, ...known.map((one) => one.timeline));
    const ancestors = store.ancestorsOf(timeline);
    const left = ancestors.find((one) => one.timeline === base.wal.timeline);
    if (base.wal.timeline !== timeline && (left === undefined || parseLsn(base.wal.end) > left.switchedAt))
      continue;
    const ends = [
      ...known
        .filter((one) => one.timeline === timeline)
        .map(({ number }) => (number + 1n) * BigInt(segmentSize)),
      ...proofs.filter((one) => one.timeline === timeline).map(({ end }) => parseLsn(end)),
    ];
    if (ends.length === 0) continue;
    const to = ends.reduce((most, one) => (one > most ? one : most));
    const from = parseLsn(base.wal.start);
    if (to <= from) continue;
    const missing = missingFiles({ from, to, timeline, ancestors, segmentSize }, there);
    if (missing.length === 0) {
      restorableUntil = formatLsn(to);
      continue;
    }
    const message = `The WAL since it has a gap: ${missing.length} files are missing, the first is ${missing[0] ?? ''}`;
    faults.push({ backup: base.name, type: 'wal_gap', message, file: place.at(backupFolders.wal) });
  }
  return { faults, restorableUntil };
}
