import type pg from 'pg';
import type { OffsitePlace } from '../../config.js';
import {
  backupFolders,
  folderOfBackup,
  metadataFile,
  parseBackupName,
  walDayFile,
} from '../../schemas/backup.js';
import { BackupUnsound, BadInput } from '../../schemas/errors.js';
import { isAbsent } from './absent.js';
import { keptRuns, noteRuns } from './ledger.js';
import { readMetadata } from './metadata.js';
import { openOffsite } from './offsite.js';
import type { BackupPlace } from './place.js';

/**
 * Sends each backup that was not copied yet: its files, then its metadata, so that there too a backup is where its metadata is. Does nothing where copies go nowhere. Throws
 * UploadFailed where one does not arrive; {@link BadInput} where a backup is not encrypted: none of those leaves the machine.
 */
export async function sendCopies({
  pool,
  place,
  offsite,
  encrypts,
  signal,
}: {
  readonly pool: pg.Pool;
  readonly place: BackupPlace;
  readonly offsite: OffsitePlace | undefined;
  /** Whether there are keys to encrypt for. */
  readonly encrypts: boolean;
  readonly signal: AbortSignal;
}): Promise<void> {
  if (offsite === undefined) return;
  const store = openOffsite({ ...offsite, signal });
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
    for (const { name: of } of metadata.files) await store.put(place.root, `${folder}/${of}`);
    const days = new Set<string>();
    for (const { name: of } of metadata.segments) {
      // Removed by retention before it could be sent.
      await store.put(place.root, `${backupFolders.wal}/${of}`).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
      });
      days.add(of.split('/')[0] ?? '');
    }
    for (const day of days) await store.put(place.root, `${backupFolders.wal}/${day}/${walDayFile}`);
    await store.put(place.root, file);
    await noteRuns(pool, 'uploaded_at', place.root, [name]);
  }
}
