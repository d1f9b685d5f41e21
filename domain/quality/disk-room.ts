import type { DiskState, Room } from '../../schemas/jobs/system-health-check.js';

const gigabyte = 1e9;

/**
 * When a disk is nearly full, and when it has room again (ERR-9). A share alone would call a large disk full that has room for every build; between
 * the two limits nothing changes, so that a disk at a limit is not told of again and again.
 */
export const diskLimits = {
  /** Below both. */
  nearlyFull: { share: 0.05, bytes: 20 * gigabyte },
  /** From either on. */
  roomy: { share: 0.1, bytes: 30 * gigabyte },
} as const;

function judgeDisk({ freeBytes, totalBytes }: Room): DiskState {
  const { nearlyFull, roomy } = diskLimits;
  if (freeBytes < nearlyFull.bytes && freeBytes < nearlyFull.share * totalBytes) return 'nearly-full';
  return freeBytes >= roomy.bytes || freeBytes >= roomy.share * totalBytes ? 'roomy' : 'tight';
}

/** How the disks are, together: nearly full where one is, roomy where all are. `null` is a disk that could not be looked at: it may be full. */
export function judgeDisks(rooms: readonly (Room | null)[]): DiskState {
  const states = rooms.map((room) => (room === null ? 'tight' : judgeDisk(room)));
  if (states.includes('nearly-full')) return 'nearly-full';
  return states.every((state) => state === 'roomy') ? 'roomy' : 'tight';
}
