import { copyFile, open, rename, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';

/** What happens to a file on a disk. */
export const damages = ['flip', 'remove', 'cut'] as const;
export type Damage = (typeof damages)[number];

/**
 * Runs the work while a file is damaged: one bit of it flipped, taken away, or cut short, at a share of its length (0 to 1). It is put back as it was, with its owner and times.
 * `aside` is a folder of the same disk.
 */
export async function whileDamaged<T>(
  file: string,
  damage: Damage,
  at: number,
  aside: string,
  work: () => Promise<T>,
): Promise<T> {
  const whole = path.join(aside, path.basename(file));
  await rename(file, whole);
  try {
    if (damage !== 'remove') {
      await copyFile(whole, file);
      const { size } = await stat(whole);
      const bit = Math.min(size * 8 - 1, Math.floor(at * size * 8));
      if (damage === 'cut') await truncate(file, bit >> 3);
      else await flipBit(file, bit);
    }
    return await work();
  } finally {
    await rm(file, { force: true });
    await rename(whole, file);
  }
}

async function flipBit(file: string, bit: number): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, bit >> 3);
    await handle.write(Buffer.from([(buffer[0] ?? 0) ^ (1 << (bit & 7))]), 0, 1, bit >> 3);
  } finally {
    await handle.close();
  }
}
