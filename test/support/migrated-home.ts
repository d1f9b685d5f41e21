import { execFile } from 'node:child_process';
import { copyFile, rename, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startPostgres } from '../../adapters/embedded/postgres.js';
import { passwordFile } from '../../adapters/embedded/postgres/passwords.js';
import { preparePlace } from '../../adapters/embedded/postgres/place.js';
import { migrate } from '../../adapters/postgres/migrate.js';
import { readConfig } from '../../config.js';
import { copyDatabase } from './copy-database.js';
import { makeTestFolder } from './folder.js';

/** A migrated database in which nobody works, from which others are copied. */
export const untouchedDatabase = 'untouched';

/** Gives a home the Postgres that initdb and all migrations make, stopped. They run once in a run of the suite. */
export async function copyMigratedPostgres(home: string): Promise<void> {
  const original = await migratedHome();
  const place = await preparePlace(home, () => undefined, readConfig().postgresBinaries);
  await copyFile(passwordFile(original), passwordFile(home));
  await promisify(execFile)('cp', ['-a', path.join(original, 'postgres', 'data'), place.folder]);
}

async function migratedHome(): Promise<string> {
  const home = path.join(os.tmpdir(), 'migrated-home');
  if (await isThere(home)) return home;
  const folder = await makeTestFolder();
  const server = await startPostgres({
    home: folder.path,
    settings: { fsync: 'off' },
    binaries: readConfig().postgresBinaries,
  });
  await migrate(server.url);
  await copyDatabase(server.url, untouchedDatabase);
  await server.stop();
  // Another test file may have been first.
  await rename(folder.path, home).catch(async (error: unknown) => {
    if (!(await isThere(home))) throw error;
    await folder.remove();
  });
  return home;
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
