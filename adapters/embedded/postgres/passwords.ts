import { randomBytes } from 'node:crypto';
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BadInput } from '../../../schemas/errors.js';
import type { ByRole, DatabaseRole } from '../../postgres/roles.js';

/** The file, readable by its owner alone, that holds the generated password of the superuser, or of a role. */
export const passwordFile = (home: string, role?: DatabaseRole): string =>
  path.join(home, role === undefined ? 'postgres.password' : `postgres.${role}.password`);

/** The password that a file holds. Throws {@link BadInput} where it cannot be read. */
export async function readPassword(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new BadInput(
      'The password of the embedded Postgres cannot be read, and its data folder is there already',
      { file, advice: 'Put the file back from your backup, or start with another TOUCHLINE_HOME.' },
      error,
    );
  });
  return text.trim();
}

/** The password that a file holds, generated once: whole or not at all, and of two processes that make one at once the same for both. */
export async function ensurePassword(file: string): Promise<string> {
  const half = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`;
  await writeFile(half, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600, flush: true });
  try {
    await link(half, file).catch(async (error: unknown) => {
      if (!(await isThere(file))) throw error;
    });
  } finally {
    await rm(half, { force: true });
  }
  return readPassword(file);
}

/** The passwords of a home's roles, generated once. A file that was lost is made anew, and the password set again. */
export async function rolePasswords(home: string): Promise<ByRole<string>> {
  const of = (role: DatabaseRole): Promise<string> => ensurePassword(passwordFile(home, role));
  return { reader: await of('reader'), writer: await of('writer'), admin: await of('admin') };
}

/** Whether there is a file or folder of that name. */
export const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
