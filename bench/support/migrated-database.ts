import pg from 'pg';
import { migrate } from '../../adapters/postgres/migrate.js';

/** Makes a database on a server and brings its schema up to date. Returns its address. */
export async function migratedDatabase(serverUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${name}`).finally(() => client.end());
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return url.href;
}
