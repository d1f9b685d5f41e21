import path from 'node:path';
import { parseLsn } from './wal-chain.js';
import {
  backupFolders,
  metadataSuffix,
  parseBackupName,
  type BackupMethod,
  type SignedMetadata,
} from '../../schemas/backup.js';
import { BackupUnsound } from '../../schemas/errors.js';
import { readMetadata } from './metadata.js';
import { namesIn, type BackupPlace } from './place.js';

/** A backup on disk, or what is left of its metadata. */
export interface FoundBackup {
  readonly name: string;
  readonly method: BackupMethod;
  /** Of its metadata. */
  readonly file: string;
  readonly metadata: SignedMetadata | undefined;
  /** Why the metadata cannot be used. */
  readonly fault: BackupUnsound | undefined;
}

/** Every backup below a root. Those of one kind are in the order of the WAL, which no clock that was set back can change; by name where it does not tell. */
export async function listBackups(place: BackupPlace): Promise<FoundBackup[]> {
  const found: FoundBackup[] = [];
  for (const folder of await foldersWithMetadata(place)) {
    for (const entry of await namesIn(folder)) {
      if (!entry.endsWith(metadataSuffix)) continue;
      const name = entry.slice(0, -metadataSuffix.length);
      const parsed = parseBackupName(name.replace(/\.sql\.gz(\.age)?$/, ''));
      if (parsed === undefined) continue;
      const file = path.join(folder, entry);
      found.push({
        name: name.replace(/\.sql\.gz(\.age)?$/, ''),
        method: parsed.method,
        file,
        ...(await read(file)),
      });
    }
  }
  return found.sort((one, other) => {
    const byPlace = comparePositions(endOf(one), endOf(other));
    return byPlace !== 0 ? byPlace : one.name < other.name ? -1 : 1;
  });
}

async function foldersWithMetadata(place: BackupPlace): Promise<string[]> {
  const days = async (folder: string): Promise<string[]> =>
    (await namesIn(place.at(folder)))
      .filter((name) => /^\d{8}$/.test(name))
      .map((name) => place.at(folder, name));
  return [
    place.at(backupFolders.full),
    ...(await days(backupFolders.incremental)),
    ...(await days(backupFolders.wal)),
  ];
}

async function read(file: string): Promise<Pick<FoundBackup, 'metadata' | 'fault'>> {
  try {
    return { metadata: await readMetadata(file), fault: undefined };
  } catch (error) {
    if (error instanceof BackupUnsound) return { metadata: undefined, fault: error };
    throw error;
  }
}

const endOf = ({ metadata }: FoundBackup): bigint | undefined =>
  metadata === undefined ? undefined : parseLsn(metadata.wal.end);

const comparePositions = (one: bigint | undefined, other: bigint | undefined): number =>
  one === undefined || other === undefined || one === other ? 0 : one < other ? -1 : 1;

/** The bases whose metadata is sound, oldest first by the WAL. */
export const basesAmong = (backups: readonly FoundBackup[]): SignedMetadata[] =>
  backups.flatMap(({ method, metadata }) => (method === 'base' && metadata !== undefined ? [metadata] : []));
