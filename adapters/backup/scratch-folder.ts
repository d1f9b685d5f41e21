import { chmod, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { preparePlace, type PostgresPlace } from '../embedded/postgres/place.js';
import { clearLeftovers, findPostmaster } from '../embedded/postgres/postmaster.js';
import { commandLine, endProcess } from '../embedded/processes.js';

/** A folder for a server that lives no longer than a restore. */
export interface ScratchFolder {
  readonly path: string;
  /** Where the server's data go, and who runs it. */
  readonly place: PostgresPlace;
  /** Removes it with all that is in it. Its server has ended. */
  remove(): Promise<void>;
}

const prefix = 'touchline-scratch-';
/** A scratch server is stopped without ceremony: nobody keeps what it has. */
export const scratchShutdown = [
  { signal: 'SIGQUIT', graceMs: 10_000 },
  { signal: 'SIGKILL', graceMs: 5_000 },
] as const;

/**
 * Makes one in the system's temporary folder, or the one that is named: the copy of the database has to fit. Its name tells whose it
 * is, for {@link sweepScratchFolders}.
 */
export async function makeScratchFolder(
  binaries: string | undefined,
  parent: string = os.tmpdir(),
): Promise<ScratchFolder> {
  const folder = await makeUnpackFolder(parent);
  // The account that runs Postgres for root passes through; what lies in it is that account's alone.
  await chmod(folder, 0o711);
  try {
    const place = await preparePlace(folder, () => undefined, binaries);
    return { path: folder, place, remove: () => removeFolder(folder) };
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** Makes one for files alone, which only we may enter: whoever makes it removes it, or {@link sweepScratchFolders} once we were killed. */
export async function makeUnpackFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  return await mkdtemp(path.join(parent, `${prefix}${process.pid}-`));
}

async function removeFolder(folder: string): Promise<void> {
  // Where that account cannot enter the folder, its data lie elsewhere, behind a link.
  const data = await realpath(path.join(folder, 'postgres')).catch(() => undefined);
  if (data !== undefined) await rm(data, { recursive: true, force: true, maxRetries: 5 });
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Ends the servers, and removes the folders, of restores that were killed. Says how many there were. */
export async function sweepScratchFolders(parent: string = os.tmpdir()): Promise<number> {
  const names = await readdir(parent).catch(() => []);
  let swept = 0;
  for (const name of names) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]);
    if (!(pid > 0) || (await commandLine(pid)) !== undefined) continue;
    const folder = path.join(parent, name);
    const data = await realpath(path.join(folder, 'postgres', 'data')).catch(() => undefined);
    const server = data === undefined ? undefined : await findPostmaster(data);
    if (server !== undefined) await endProcess(server.mark, scratchShutdown);
    if (data !== undefined) {
      const user = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0, name: 'scratch' };
      await clearLeftovers({ data, native: '', folder, user });
    }
    await removeFolder(folder);
    swept += 1;
  }
  return swept;
}
