import pg from 'pg';
import { reachingPostgres } from '../postgres/away.js';
import { parseDatabaseUrl, sessionName } from '../postgres/roles.js';

/** The address of another database on the server of an address, with the same user. */
export function databaseBeside(url: string, name: string): string {
  const address = parseDatabaseUrl(url);
  address.pathname = `/${encodeURIComponent(name)}`;
  return address.href;
}

/** The name of the database that an address leads to. */
export const databaseOf = (url: string): string =>
  decodeURIComponent(parseDatabaseUrl(url).pathname.slice(1));

/** Runs work on one connection of the owner, which is closed after it. Throws DependencyAway where Postgres is. */
export async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return await reachingPostgres(async () => {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 15_000,
      application_name: sessionName('owner', 'restore'),
    });
    // A connection that breaks rejects the call that waits on it; without a listener it would end the process too.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('set time zone utc');
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  });
}

/** The same on the server's own database, from which the others are made, renamed and dropped. */
export const onServer = <T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> =>
  onDatabase(databaseBeside(url, 'postgres'), work);
