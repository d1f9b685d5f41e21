import type pg from 'pg';
import type { OffsitePlace } from '../../config.js';
import {
  backupFolders,
  folderOfBackup,
  metadataFile,
  parseBackupName,
  walDayFile,
  type BackupKind,
} from '../../schemas/backup.js';
import { BackupUnsound, BadInput } from '../../schemas/errors.js';
import { isAbsent } from './absent.js';
import { keptRuns, noteRuns } from './ledger.js';
import { readMetadata } from './metadata.js';
import { openOffsite } from './offsite.js';
import type { Pace } from './pace.js';
import type { BackupPlace } from './place.js';
import { keptDays } from './retention-plan.js';

/**
 * Sends each backup that was not copied yet: its files, then its metadata, so that there too a backup is where its metadata is. Does nothing where copies go nowhere. Throws
 * UploadFailed where one does not arrive; {@link BadInput} where a backup is not encrypted: none of those leaves the machine.
 */
export async function sendCopies({
  pool,
  place,
  offsite,
  pace,
  encrypts,
  signal,
}: {
  readonly pool: pg.Pool;
  readonly place: BackupPlace;
  readonly offsite: OffsitePlace | undefined;
  readonly pace: Pace;
  /** Whether there are keys to encrypt for. */
  readonly encrypts: boolean;
  readonly signal: AbortSignal;
}): Promise<void> {
  if (offsite === undefined) return;
  const store = openOffsite({ ...offsite, pace, signal });
  for (const { name, uploadedAt } of await keptRuns(pool, place.root)) {
    const method = parseBackupName(name)?.method;
    const folder = folderOfBackup(name);
    if (uploadedAt !== null || method === undefined || folder === undefined) continue;
    const file = `${folder}/${metadataFile(method, name)}`;
    const metadata = await readMetadata(place.at(file)).catch((error: unknown) => {
      // That it vanished is for the verification to tell.
      if (error instanceof BackupUnsound) return undefined;
      throw error;
    });
    if (metadata === undefined) continue;
    if (metadata.recipients.length === 0) {
      // Made before there were keys: it stays here.
      if (encrypts) continue;
      throw new BadInput('A backup that is not encrypted does not leave the machine', {
        object: name,
        setting: 'BACKUP_RECIPIENTS_FILE',
        advice: 'Set BACKUP_RECIPIENTS_FILE to a file with public keys of age, or unset BACKUP_S3_URL.',
      });
    }
    const until = (kind: BackupKind): Date =>
      new Date(Date.parse(metadata.ended_at) + keptDays[kind] * 86_400_000);
    const put = (of: string, kind: BackupKind): Promise<void> => store.put(place.root, of, until(kind));
    for (const { name: of } of metadata.files) await put(`${folder}/${of}`, metadata.kind);
    const days = new Set<string>();
    for (const { name: of } of metadata.segments) {
      // Removed by retention before it could be sent.
      await put(`${backupFolders.wal}/${of}`, 'wal').catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
      days.add(of.split('/')[0] ?? '');
    }
    for (const day of days) await put(`${backupFolders.wal}/${day}/${walDayFile}`, 'wal');
    await put(file, metadata.kind);
    await noteRuns(pool, 'uploaded_at', place.root, [name]);
  }
}
