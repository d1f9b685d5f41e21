import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const temporaryBeside = (target: string): string =>
  path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}`);

/** Writes a file whole or not at all, over what was there. */
export async function replaceFile(target: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(target), { recursive: true });
  const unfinished = temporaryBeside(target);
  try {
    await writeFile(unfinished, content, { flush: true });
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

const taken = new Set(['ENOTEMPTY', 'EEXIST']);
const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && taken.has(error.code);

/** Writes a folder of files whole or not at all. Returns false, and leaves no trace, where the folder is there already. */
export async function createFolder(
  target: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<boolean> {
  const unfinished = temporaryBeside(target);
  await mkdir(unfinished, { recursive: true });
  try {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(path.join(unfinished, name), content, { flush: true });
    }
    // A folder that holds something is never replaced by a rename: of two writers one wins.
    await rename(unfinished, target);
    return true;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (isTaken(error)) return false;
    throw error;
  }
}
