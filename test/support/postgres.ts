import pg from 'pg';
import { startPostgres, type PostgresServer } from '../../adapters/embedded/postgres.js';
import { migrate } from '../../adapters/postgres/migrate.js';
import { makeTestFolder } from './folder.js';

/** A real Postgres of this test's own, migrated, empty. */
export interface TestPostgres {
  /** The migrated database. */
  readonly url: string;
  readonly server: PostgresServer;
  /** Another migrated, empty database of the same server. */
  freshDatabase(): Promise<string>;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

/** Starts one in a folder of its own, on a free port. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const folder = await makeTestFolder();
  const server = await startPostgres({ home: folder.path, settings: { fsync: 'off' } });
  await migrate(server.url);
  let made = 0;
  return {
    url: server.url,
    server,
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
