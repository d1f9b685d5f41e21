import { chmod, chown, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { backupFolders, partialPrefix } from '../../schemas/backup.js';
import { BadInput } from '../../schemas/errors.js';
import { canEnter, type ServerUser } from '../embedded/postgres/server-user.js';
import { isAbsent } from './absent.js';

/** Whom and nobody else files and folders of backups are for (SEC-2). */
export const fileMode = 0o600;
export const folderMode = 0o700;

/** The root of all backups, with its folders. */
export interface BackupPlace {
  readonly root: string;
  /** The absolute path of what lies below the root. */
  at(...parts: readonly string[]): string;
}

/** Where things lie below a root; nothing is made. */
export const placeAt = (root: string): BackupPlace => ({
  root,
  at: (...parts) => path.join(root, ...parts),
});

/** Makes the root and its folders, for their owner alone. Throws {@link BadInput} where they cannot be made or written to. */
export async function makePlace(root: string): Promise<BackupPlace> {
  const place = placeAt(root);
  try {
    for (const folder of ['', ...Object.values(backupFolders)]) await ownFolder(place.at(folder));
  } catch (error) {
    throw new BadInput(
      `Backups cannot be written to their folder: ${error instanceof Error ? error.message : String(error)}`,
      {
        file: root,
        setting: 'BACKUP_DIR',
        advice: 'Give that folder to the user that runs Touchline, or set BACKUP_DIR to one of its own.',
      },
      error,
    );
  }
  return place;
}

/** Makes a folder, and those above it, for the owner alone. What is there keeps its owner. */
export async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: folderMode });
  if (((await stat(folder)).mode & 0o777) !== folderMode) await chmod(folder, folderMode);
}

/**
 * Gives the server, where it runs under another account than we do (root's), the root and the folder that it archives to: the only
 * account besides root that may read what lies there. Throws {@link BadInput} where it cannot get there.
 */
export async function letServerArchive(place: BackupPlace, user: ServerUser): Promise<void> {
  if (user.uid !== process.geteuid?.()) {
    for (const folder of ['', backupFolders.wal, backupFolders.incoming]) {
      await chown(place.at(folder), user.uid, user.gid);
    }
  }
  if (await canEnter(user, place.at(backupFolders.incoming))) return;
  throw new BadInput(`${user.name}, who runs Postgres, cannot enter the folder that WAL is archived to`, {
    file: place.at(backupFolders.incoming),
    setting: 'BACKUP_DIR',
    advice: `Let ${user.name} through each folder above it (chmod o+x), or set BACKUP_DIR to another place.`,
  });
}

/** The name under which a file or folder is written before it takes its own: no two writers have the same. */
export const partialOf = (target: string): string =>
  path.join(
    path.dirname(target),
    `${partialPrefix}${path.basename(target)}-${process.pid}-${randomBytes(3).toString('hex')}`,
  );

/** Gives what was written, and synced, its name, and sees to it that the name outlives a power cut. */
export async function takeName(partial: string, target: string): Promise<void> {
  await rename(partial, target);
  await syncFolder(path.dirname(target));
}

/** Writes a small file whole or not at all. */
export async function writeWhole(target: string, text: string): Promise<void> {
  const partial = partialOf(target);
  try {
    await writeFile(partial, text, { mode: fileMode, flush: true });
    await takeName(partial, target);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** Brings a folder's names to disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Brings a file to disk, that another program wrote, and makes it its owner's alone. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.chmod(fileMode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The entries of a folder; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Removes what writers that ended left half written in a folder. Nobody else may be writing there: what is removed is told. */
export async function sweepPartials(folder: string): Promise<string[]> {
  const left = (await namesIn(folder)).filter((name) => name.startsWith(partialPrefix));
  for (const name of left) await rm(path.join(folder, name), { recursive: true, force: true });
  return left;
}
