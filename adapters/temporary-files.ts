import { lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RemovedFiles } from '../schemas/jobs/system-health-check.js';

/** The folder of a home for what lives no longer than the process that writes it, such as what DuckDB spills. */
export const temporaryFolderOf = (home: string): string => path.join(home, 'tmp');

/**
 * Removes the files below a folder that nobody has written since an instant, and counts them. A folder that is not there has none; a file that goes
 * away meanwhile was removed by who made it. Links are left alone.
 */
export async function removeOldFiles(folder: string, before: Date): Promise<RemovedFiles> {
  let [files, bytes] = [0, 0];
  for (const entry of await filesBelow(folder)) {
    const file = path.join(entry.parentPath, entry.name);
    const found = await orMissing(lstat(file));
    if (found === undefined || found.mtime >= before) continue;
    await rm(file, { force: true });
    files += 1;
    bytes += found.size;
  }
  return { files, bytes };
}

async function filesBelow(folder: string) {
  const entries = await orMissing(readdir(folder, { withFileTypes: true, recursive: true }));
  return (entries ?? []).filter((entry) => entry.isFile());
}

async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
