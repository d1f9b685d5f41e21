import { access, chmod, constants, mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { InvariantBroken } from '../../../schemas/errors.js';

/** Whether a file is there and can be read. */
export async function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/**
 * Moves the one file of that name, wherever it lies below `folder`, to `target` in a single step: other processes see no
 * file or the whole file, and of two that fetch at once the later replaces the earlier by the same bytes.
 */
export async function keepFile(folder: string, name: string, target: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.find((entry) => entry.isFile() && entry.name === name);
  if (found === undefined) {
    throw new InvariantBroken(`The fetched package holds no file ${name}`, { object: path.basename(target) });
  }
  const source = path.join(found.parentPath, found.name);
  await chmod(source, 0o755);
  await mkdir(path.dirname(target), { recursive: true });
  await rename(source, target);
}
