import { startPostgres, type PostgresServer } from '../../adapters/embedded/postgres.js';
import { rolePasswords } from '../../adapters/embedded/postgres/passwords.js';
import { ensureRoleLogins } from '../../adapters/postgres/role-logins.js';
import { roleUrls, type RoleUrls } from '../../adapters/postgres/roles.js';
import { readConfig } from '../../config.js';
import { copyDatabase } from './copy-database.js';
import { makeTestFolder } from './folder.js';
import { copyMigratedPostgres, untouchedDatabase } from './migrated-home.js';

/** A real Postgres of this test's own, migrated, empty. */
export interface TestPostgres {
  /** The migrated database. */
  readonly url: string;
  readonly server: PostgresServer;
  /** Where each role logs in to the migrated database, with a password of its own. */
  roleUrls(): Promise<RoleUrls>;
  /** Another migrated, empty database of the same server. */
  freshDatabase(): Promise<string>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** Starts one in a folder of its own, on a free port; with a root of backups it archives its WAL there. */
export async function startTestPostgres(archiveTo?: (folder: string) => string): Promise<TestPostgres> {
  const folder = await makeTestFolder();
  await copyMigratedPostgres(folder.path);
  const server = await startPostgres({
    home: folder.path,
    settings: { fsync: 'off' },
    binaries: readConfig().postgresBinaries,
    archiveTo: archiveTo?.(folder.path),
  });
  let made = 0;
  return {
    url: server.url,
    server,
    async roleUrls() {
      const passwords = await rolePasswords(folder.path);
      await ensureRoleLogins(server.url, passwords);
      return roleUrls(server.url, passwords);
    },
    freshDatabase() {
      made += 1;
      const untouched = new URL(server.url);
      untouched.pathname = `/${untouchedDatabase}`;
      return copyDatabase(untouched.href, `fresh_${made}`);
    },
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}
