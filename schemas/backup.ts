import { z } from 'zod';

/** What is asked for by schedule and by hand (BKP-1). */
export const BackupKind = z.enum(['full', 'incremental', 'wal']);
export type BackupKind = z.infer<typeof BackupKind>;

/**
 * What a backup is made of: `dump` by pg_dump, `base` by pg_basebackup (both of kind full), `shipping` seals the WAL that was archived
 * since (incremental), `chain` proves that of all kept days (wal).
 */
export const BackupMethod = z.enum(['dump', 'base', 'shipping', 'chain']);
export type BackupMethod = z.infer<typeof BackupMethod>;

export const kindOfMethod = {
  dump: 'full',
  base: 'full',
  shipping: 'incremental',
  chain: 'wal',
} as const satisfies Readonly<Record<BackupMethod, BackupKind>>;

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** A position in the WAL as Postgres writes it: `0/3000028`. */
export const Lsn = z.string().regex(/^[0-9A-F]{1,8}\/[0-9A-F]{1,8}$/);

/** One file of a backup. Its name begins at the folder of the backup's metadata. */
export const BackupFile = z.strictObject({
  name: z
    .string()
    // Never above its folder.
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.]*(\/[A-Za-z0-9_][A-Za-z0-9_.]*)?$/, 'is no name of a file of a backup'),
  size: z.number().int().nonnegative(),
  sha256: Sha256,
});
export type BackupFile = z.infer<typeof BackupFile>;

/** Where a backup lies in the WAL of its server. */
export const BackupWal = z.strictObject({
  /** From here on a restore of it replays; of a dump the position at its snapshot. */
  start: Lsn,
  /** Up to here a base has to be replayed to be consistent; up to here a chain is proven. */
  end: Lsn,
  /** That of `end`. */
  timeline: z.number().int().positive(),
  /** The server that wrote it, as pg_control_system() tells: WAL of another does not fit. */
  system: z.string().regex(/^\d+$/),
  /** Bytes. */
  segment_size: z.number().int().positive(),
});
export type BackupWal = z.infer<typeof BackupWal>;

/** What is told of a backup, beside it in `<name>.metadata` (BKP-3). A backup exists only where this does. */
export const BackupMetadata = z.strictObject({
  version: z.literal(1),
  kind: BackupKind,
  method: BackupMethod,
  /** As {@link backupName} makes it: what its files, folder and metadata are called. */
  name: z.string(),
  database: z.string(),
  server_version: z.string(),
  /** Of the Postgres tool that made it; null where none did. */
  tool_version: z.string().nullable(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  /** Bytes of all files. */
  size: z.number().int().nonnegative(),
  /** Over the lines `<sha256>  <name>` of its files, each with a line feed. */
  sha256: Sha256,
  files: z.array(BackupFile),
  /** The WAL that was sealed by this run, its names beginning at `wal/`; it may have been removed since by its own retention. Empty but for `shipping`. */
  segments: z.array(BackupFile),
  /** Rows by table, at the snapshot of a dump; empty otherwise. */
  row_counts: z.record(z.string(), z.number().int().nonnegative()),
  /** The newest migration. */
  schema_version: z.string().nullable(),
  wal: BackupWal,
  /** The base from which a chain is proven; null elsewhere. */
  base: z.string().nullable(),
  /** Fingerprints of the keys that it was sealed for; empty: it is not encrypted. */
  recipients: z.array(z.string().regex(/^[0-9a-f]{16}$/)),
});
export type BackupMetadata = z.infer<typeof BackupMetadata>;

/** The metadata as it lies on disk, with the sum over everything else in it. */
export const SignedMetadata = z.strictObject({ ...BackupMetadata.shape, own_sha256: Sha256 });
export type SignedMetadata = z.infer<typeof SignedMetadata>;

/** The sealed WAL of one day, in `wal/YYYYMMDD/segments.metadata`: what is not in it was not finished. */
export const WalDay = z.strictObject({
  version: z.literal(1),
  day: z.string().regex(/^\d{8}$/),
  system: z.string().regex(/^\d+$/),
  files: z.array(
    z.strictObject({
      ...BackupFile.shape,
      /** What lies in it: a segment, a timeline's history, a backup's label, as the server named it. */
      segment: z.string(),
      /** Of what the server archived, before it was compressed. */
      plain_sha256: Sha256,
      sealed_at: z.iso.datetime(),
      /** Of a timeline's history: the timelines before it, oldest first, and where each ended. */
      ancestors: z.array(z.strictObject({ timeline: z.number().int().positive(), switched_at: Lsn })),
      /** When the server archived it. */
      archived_at: z.iso.datetime(),
      recipients: z.array(z.string().regex(/^[0-9a-f]{16}$/)),
    }),
  ),
});
export type WalDay = z.infer<typeof WalDay>;
export const SignedWalDay = z.strictObject({ ...WalDay.shape, own_sha256: Sha256 });
export type SignedWalDay = z.infer<typeof SignedWalDay>;

/** What goes wrong with backups, by its class (MET-20). */
export const BackupErrorType = z.enum([
  'no_space',
  'permission',
  'tools_missing',
  'database_away',
  'upload',
  'missing',
  'corrupt',
  'wal_gap',
  'key',
  'clock',
  'interrupted',
  'other',
]);
export type BackupErrorType = z.infer<typeof BackupErrorType>;

/** Where things lie below the root of all backups (BKP-2). */
export const backupFolders = {
  full: 'full',
  incremental: 'incremental',
  wal: 'wal',
  /** Where the server puts WAL as it is written, not sealed yet. */
  incoming: 'wal/incoming',
  restore: 'restore',
  logs: 'logs',
} as const;

export const metadataSuffix = '.metadata';
/** The list of a day's WAL. */
export const walDayFile = 'segments.metadata';
/** What a name begins with while its file is being written. */
export const partialPrefix = '.partial-';

const prefixes = {
  dump: 'full_backup',
  base: 'base',
  shipping: 'incremental',
  chain: 'wal',
} as const satisfies Readonly<Record<BackupMethod, string>>;

/** `20260103_040506` of an instant, in UTC. */
export const backupStamp = (at: Date): string =>
  at.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_');
/** `20260103` of an instant, in UTC. */
export const backupDay = (at: Date): string => backupStamp(at).slice(0, 8);
/** `full_backup_20260103_040506`, `base_…`, `incremental_…`, `wal_…`. */
export const backupName = (method: BackupMethod, at: Date): string =>
  `${prefixes[method]}_${backupStamp(at)}`;

const namePattern = /^(full_backup|base|incremental|wal)_(\d{4})(\d{2})(\d{2})_(\d{2})(\d{2})(\d{2})$/;
const methods = BackupMethod.options;

/** What a name of ours tells; undefined where it is none. The time is that of the clock then: the WAL tells what is newer. */
export function parseBackupName(
  name: string,
): { method: BackupMethod; kind: BackupKind; at: Date } | undefined {
  const [, prefix, year, month, day, hour, minute, second] = namePattern.exec(name) ?? [];
  const method = methods.find((one) => prefixes[one] === prefix);
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (method === undefined || Number.isNaN(at.getTime()) || backupName(method, at) !== name) return undefined;
  return { method, kind: kindOfMethod[method], at };
}

/** The folder, below the root, of a backup's metadata. */
export function folderOfBackup(name: string): string | undefined {
  const parsed = parseBackupName(name);
  if (parsed === undefined) return undefined;
  if (parsed.kind === 'full') return backupFolders.full;
  return `${backupFolders[parsed.kind]}/${backupDay(parsed.at)}`;
}

/** The first file of a dump, before it is encrypted (`.age`): BKP-2. */
export const dumpFile = (name: string): string => `${name}.sql.gz`;
/** In its place, a dump that was made by several jobs at once: the folder that pg_dump wrote, in a tar (BKP-15). */
export const directoryFile = (name: string): string => `${name}.directory.tar`;
/** Roles and memberships of the server, without passwords. */
export const globalsFile = (name: string): string => `${name}.globals.sql.gz`;
/** The models, where they are files. */
export const modelsFile = (name: string): string => `${name}.models.tar.gz`;
/** Files of a base, in the folder of its name. */
export const baseFiles = { data: 'base.tar.gz', wal: 'pg_wal.tar.gz', manifest: 'backup_manifest' } as const;
/** The file of a backup's metadata, in its folder. */
export const metadataFile = (method: BackupMethod, name: string): string =>
  (method === 'dump' ? dumpFile(name) : name) + metadataSuffix;
/** What the name of an encrypted file ends with. */
export const sealedSuffix = '.age';
