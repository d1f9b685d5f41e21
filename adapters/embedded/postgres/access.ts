import pg from 'pg';
import { superuser } from './initialize.js';
import { sessionName } from '../../postgres/roles.js';
import type { Computed, Row } from '../../postgres/row.js';

/** What it takes to talk to one embedded server, and to know that it is the one meant. */
export interface ServerAccess {
  readonly port: number;
  readonly password: string;
  /** The data folder that the server must say it runs on. */
  readonly data: string;
}

/** What a server said when it was knocked at. */
export type Answer = 'ready' | 'wrong-password' | 'not-yet';

/** The database that holds everything of one home. */
const databaseName = 'football_prediction_dev';

const sqlStates = { wrongPassword: '28P01', databaseExists: '42P04', uniqueViolation: '23505' } as const;

/** Knocks once. A server of another home, which got the port in between, counts as one that does not answer. */
export async function probe(access: ServerAccess): Promise<Answer> {
  try {
    return await asSuperuser(access, async (client) => {
      const { rows } = await client.query<Row<{ data: Computed<string> }>>(
        `select current_setting('data_directory') as data`,
      );
      return rows[0]?.data === access.data ? 'ready' : 'not-yet';
    });
  } catch (error) {
    return sqlState(error) === sqlStates.wrongPassword ? 'wrong-password' : 'not-yet';
  }
}

/** Makes the database where it is not there yet. Returns its address with user and password: a secret. */
export async function prepareDatabase(access: ServerAccess): Promise<string> {
  await asSuperuser(access, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (rowCount !== 0) return;
    await client.query(`create database ${databaseName}`).catch((error: unknown) => {
      const madeByAnother: readonly unknown[] = [sqlStates.databaseExists, sqlStates.uniqueViolation];
      if (!madeByAnother.includes(sqlState(error))) throw error;
    });
  });
  return addressOf(access, databaseName);
}

const addressOf = ({ port, password }: ServerAccess, database: string): string =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/${database}`;

async function asSuperuser<T>(access: ServerAccess, ask: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: addressOf(access, 'postgres'),
    connectionTimeoutMillis: 5_000,
    application_name: sessionName('owner', 'up'),
  });
  // A connection that breaks rejects the call that waits on it; without a listener it would end the process too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const sqlState = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
