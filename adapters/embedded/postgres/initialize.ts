import { execFile } from 'node:child_process';
import { chown, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { DependencyAway } from '../../../schemas/errors.js';
import { ensurePassword, isThere, passwordFile, readPassword } from './passwords.js';
import type { PostgresPlace } from './place.js';
import { asUser } from './server-user.js';

const run = promisify(execFile);

/** The superuser of an embedded server. */
export const superuser = 'postgres';

/**
 * Makes the data folder where there is none: initdb into a folder beside it, which then takes its name, so that a kill on
 * the way leaves nothing that looks like data. Returns the superuser's password, generated once per home.
 */
export async function initializeData(home: string, place: PostgresPlace): Promise<string> {
  const made = await isThere(path.join(place.data, 'PG_VERSION'));
  const file = passwordFile(home);
  const password = made ? await readPassword(file) : await ensurePassword(file);
  if (!made) await runInitdb(place, password);
  return password;
}

async function runInitdb({ folder, data, native, user }: PostgresPlace, password: string): Promise<void> {
  const half = await mkdtemp(path.join(folder, 'new-'));
  try {
    const secret = path.join(half, 'password');
    await writeFile(secret, password, { mode: 0o600 });
    for (const made of [half, secret]) await chown(made, user.uid, user.gid);
    await run(
      path.join(native, 'bin', 'initdb'),
      [
        ...['--pgdata', path.join(half, 'data'), '--username', superuser, '--pwfile', secret],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
      ],
      { ...asUser(user), cwd: '/' },
    );
    await rename(path.join(half, 'data'), data).catch(async (error: unknown) => {
      if (!(await isThere(path.join(data, 'PG_VERSION')))) throw error;
    });
  } catch (error) {
    throw new DependencyAway(
      `The embedded Postgres could not make its data folder: ${error instanceof Error ? error.message : String(error)}`,
      {
        file: data,
        advice: 'Check free space and permissions there, or set TOUCHLINE_HOME to another folder.',
      },
      error,
    );
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}
