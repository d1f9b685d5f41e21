import pg from 'pg';
import { startPostgres, type PostgresServer } from '../../adapters/embedded/postgres.js';
import { rolePasswords } from '../../adapters/embedded/postgres/passwords.js';
import { migrate } from '../../adapters/postgres/migrate.js';
import { ensureRoleLogins } from '../../adapters/postgres/role-logins.js';
import { roleUrls, type RoleUrls } from '../../adapters/postgres/roles.js';
import { readConfig } from '../../config.js';
import { makeTestFolder } from './folder.js';

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

/** Starts one in a folder of its own, on a free port. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const folder = await makeTestFolder();
  const server = await startPostgres({
    home: folder.path,
    settings: { fsync: 'off' },
    binaries: readConfig().postgresBinaries,
  });
  await migrate(server.url);
  let made = 0;
  return {
    url: server.url,
    server,
    async roleUrls() {
      const passwords = await rolePasswords(folder.path);
      await ensureRoleLogins(server.url, passwords);
      return roleUrls(server.url, passwords);
    },
    async freshDatabase() {
      made += 1;
      const url = new URL(server.url);
      const name = `fresh_${made}`;
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query(`create database ${name}`).finally(() => client.end());
      url.pathname = `/${name}`;
      await migrate(url.href);
      return url.href;
    },
    async stop() {
      await server.stop();
      await folder.remove();
    },
  };
}
