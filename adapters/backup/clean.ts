import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { parseSegment } from './wal-chain.js';
import { planRetention, type KeepableWal } from './retention-plan.js';
import { backupFolders, walDayFile } from '../../schemas/backup.js';
import { fileError } from './absent.js';
import { noteRuns, withBackupLock } from './ledger.js';
import { listBackups, type FoundBackup } from './list.js';
import { readWalDay, writeMetadata } from './metadata.js';
import { syncFolder, type BackupPlace } from './place.js';
import { walDays } from './wal-store.js';

/** What was removed, or would be. */
export interface CleanedBackups {
  readonly mode: 'apply' | 'plan';
  readonly backups: readonly string[];
  /** As `20260103/000000010000000000000003.gz`. */
  readonly wal: readonly string[];
}

interface CleanOptions {
  readonly place: BackupPlace;
  readonly pool: pg.Pool;
  /** Where the admin logs in: a secret. */
  readonly url: string;
  readonly now: Date;
  readonly mode: CleanedBackups['mode'];
}

/** 16 MB, as nearly every server has it: what the list of a day does not tell. */
const usualSegmentSize = 16 * 1024 ** 2;

/**
 * Removes what is kept no longer (BKP-6): backups whose metadata can be read and WAL that lists name, nothing else. The metadata goes first, so that what is half removed is no backup. No
 * backup is made meanwhile.
 */
export async function cleanBackups({ place, pool, url, now, mode }: CleanOptions): Promise<CleanedBackups> {
  return await withBackupLock(url, 'full', () =>
    withBackupLock(url, 'wal', async () => {
      const found = await listBackups(place);
      const plan = planRetention(found.flatMap(keepable), await sealedWal(place, found), now.getTime());
      if (mode === 'plan') return { mode, ...plan };
      for (const one of found) {
        if (plan.backups.includes(one.name)) await removeBackup(one);
      }
      await noteRuns(pool, 'removed_at', place.root, plan.backups);
      await removeWal(place, new Set(plan.wal));
      return { mode, ...plan };
    }),
  );
}

const keepable = ({ name, method, metadata }: FoundBackup) =>
  metadata === undefined
    ? []
    : [{ name, method, kind: metadata.kind, endedAt: Date.parse(metadata.ended_at), wal: metadata.wal }];

async function sealedWal(place: BackupPlace, backups: readonly FoundBackup[]): Promise<KeepableWal[]> {
  const files: KeepableWal[] = [];
  for (const day of await walDays(place)) {
    const list = await readWalDay(place.at(backupFolders.wal, day, walDayFile));
    const size =
      backups.find(({ metadata }) => metadata?.wal.system === list?.system)?.metadata?.wal.segment_size ??
      usualSegmentSize;
    for (const { name, segment, archived_at: at } of list?.files ?? []) {
      const parsed = parseSegment(segment.slice(0, 24), size);
      files.push({
        ...{ name: `${day}/${name}`, system: list?.system ?? '', archivedAt: Date.parse(at) },
        end: parsed === undefined ? null : (parsed.number + 1n) * BigInt(size),
      });
    }
  }
  return files;
}

async function removeBackup({ file, metadata }: FoundBackup): Promise<void> {
  const folder = path.dirname(file);
  await rm(file, { force: true });
  await syncFolder(folder);
  for (const { name } of metadata?.files ?? []) await rm(path.join(folder, name), { force: true });
  for (const inside of new Set(metadata?.files.map(({ name }) => path.dirname(name)))) {
    if (inside !== '.') await removeEmpty(path.join(folder, inside));
  }
  if (/^\d{8}$/.test(path.basename(folder))) await removeEmpty(folder);
}

async function removeWal(place: BackupPlace, going: ReadonlySet<string>): Promise<void> {
  for (const day of await walDays(place)) {
    const folder = place.at(backupFolders.wal, day);
    const listFile = path.join(folder, walDayFile);
    const list = await readWalDay(listFile);
    if (list?.files.some(({ name }) => going.has(`${day}/${name}`)) === true) {
      const staying = list.files.filter(({ name }) => !going.has(`${day}/${name}`));
      if (staying.length > 0) {
        const { version, system } = list;
        await writeMetadata(listFile, { version, day, system, files: staying });
      } else await rm(listFile);
      for (const { name } of list.files) {
        if (going.has(`${day}/${name}`)) await rm(path.join(folder, name), { force: true });
      }
    }
    await removeEmpty(folder);
  }
}

/** Removes a folder in which nothing is left, of ours or of others. */
async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(fileError(error) ?? '')) throw error;
  });
}
