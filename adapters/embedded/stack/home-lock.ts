import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { commandLine } from '../processes.js';

/** The process that a home belongs to while its servers run. */
export interface HomeHolder {
  readonly pid: number;
  readonly commandLine: readonly string[];
}

const Holder = z.object({ pid: z.number().int().positive(), commandLine: z.array(z.string()) });

const lockFile = (home: string): string => path.join(home, 'run', 'stack.lock');

/** Homes that this very process holds: a lock of our own pid that is not among them is of an earlier boot. */
const heldHere = new Set<string>();

/**
 * Takes the home for this process, or says who has it. A lock whose process is gone counts for nothing. The lock appears
 * whole or not at all, and of several processes that ask at once one gets it.
 */
export async function takeHome(home: string): Promise<'taken' | HomeHolder> {
  await mkdir(path.dirname(lockFile(home)), { recursive: true });
  const ours = `${lockFile(home)}.${process.pid}-${randomBytes(4).toString('hex')}`;
  const holder: HomeHolder = { pid: process.pid, commandLine: (await commandLine(process.pid)) ?? [] };
  await writeFile(ours, JSON.stringify(holder), { flush: true });
  try {
    for (;;) {
      const taken = await link(ours, lockFile(home)).then(
        () => true,
        () => false,
      );
      if (taken) {
        heldHere.add(home);
        return 'taken';
      }
      const other = await holderOf(home);
      if (other !== undefined) return other;
      await removeStale(home);
    }
  } finally {
    await rm(ours, { force: true });
  }
}

/** The running process that holds the home, or undefined. */
export async function holderOf(home: string): Promise<HomeHolder | undefined> {
  const holder = await readHolder(lockFile(home));
  if (holder === undefined) return undefined;
  if (holder.pid === process.pid) return heldHere.has(home) ? holder : undefined;
  const words = await commandLine(holder.pid);
  return words?.join('\0') === holder.commandLine.join('\0') ? holder : undefined;
}

/** Gives the home back. */
export async function giveHomeBack(home: string): Promise<void> {
  heldHere.delete(home);
  await rm(lockFile(home), { force: true });
}

/** Moves the lock aside before it is removed: another process may have replaced it since it was read. */
async function removeStale(home: string): Promise<void> {
  const aside = `${lockFile(home)}.stale-${process.pid}-${randomBytes(4).toString('hex')}`;
  const moved = await rename(lockFile(home), aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  const holder = await readHolder(aside);
  const words = holder === undefined ? undefined : await commandLine(holder.pid);
  const isAlive = holder !== undefined && words?.join('\0') === holder.commandLine.join('\0');
  if (isAlive && holder.pid !== process.pid) await link(aside, lockFile(home)).catch(() => undefined);
  await rm(aside, { force: true });
}

async function readHolder(file: string): Promise<HomeHolder | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return Holder.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
