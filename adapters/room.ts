import { statfs } from 'node:fs/promises';
import os from 'node:os';
import type { Room } from '../schemas/jobs/system-health-check.js';

/** The room on the disk of a folder, as somebody without privileges may use it. Rejects where the folder cannot be looked at. */
export async function diskRoom(folder: string): Promise<Room> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** The memory of the machine; free is what programs can get, caches included. */
export const memoryRoom = (): Room => ({ freeBytes: os.freemem(), totalBytes: os.totalmem() });
