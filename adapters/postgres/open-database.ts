import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { InvariantBroken } from '../../schemas/errors.js';
import { correlateStatements } from './correlated-statements.js';
import type { DB } from './database.js';
import { parseDatabaseUrl } from './roles.js';

/** The tables of Touchline as Kysely knows them. Generated: `npm run db:types`. */
export type Database = DB;

/** A pool and the query builder over the same pool. Ending the pool (or destroying `db`) ends both. */
export interface OpenDatabase {
  readonly pool: pg.Pool;
  readonly db: Kysely<Database>;
}

export interface DatabaseOptions {
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Connections that this process may hold. */
  readonly max: number;
  /** Connections that are kept open once they are, idle or not. Default none. */
  readonly min?: number;
  /** How long an answer is waited for, the wait for a connection included; without it for ever, and 15 s for the connection. */
  readonly patienceMs?: number;
  /** Told when a connection breaks that nobody is waiting on. The pool replaces it by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

const typeIds = { int8: 20, date: 1082, numeric: 1700, int8Array: 1016 } as const;

/** Reads a bigint column. Every id and count of ours fits a double; one that does not is refused, not rounded. */
function readBigint(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new InvariantBroken(`The database holds a whole number past 2^53: ${text}`, { object: text });
}

/**
 * How values leave Postgres: bigint and numeric as numbers, timestamptz as Date, date as `2021-08-13`. In parameters, Dates
 * are written with an offset, so they mean the same instant in any zone.
 */
function valueReaders(): pg.TypeOverrides {
  const readers = new pg.TypeOverrides();
  readers.setTypeParser(typeIds.int8, readBigint);
  readers.setTypeParser(typeIds.int8Array, (text: string) =>
    text.slice(1, -1).split(',').filter(Boolean).map(readBigint),
  );
  readers.setTypeParser(typeIds.numeric, Number);
  // A calendar day has no zone: pg would make it midnight of this machine's.
  readers.setTypeParser(typeIds.date, (text: string) => text);
  return readers;
}

/** Kysely leaves a pool open through which it never asked anything itself: its idle connections would keep the process for half a minute. */
class KyselyOfPool extends Kysely<Database> {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    super({ dialect: new PostgresDialect({ pool }) });
    this.#pool = pool;
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    if (!this.#pool.ending) await this.#pool.end();
  }
}

/**
 * Opens a pool whose sessions run in UTC. Nothing connects yet: the first query does.
 * A connection that breaks while idle or between two statements never ends the process.
 */
export function openDatabase(url: string, options: DatabaseOptions): OpenDatabase {
  const lost = options.onConnectionLost ?? (() => undefined);
  const address = parseDatabaseUrl(url);
  const ofAddress = address.searchParams.get('options');
  // In the address they would take the place of ours.
  address.searchParams.delete('options');
  const pool = new pg.Pool({
    connectionString: address.href,
    application_name: options.applicationName,
    max: options.max,
    min: options.min ?? 0,
    // Where all are taken it is counted twice: in the queue, and for a new connection.
    connectionTimeoutMillis: options.patienceMs === undefined ? 15_000 : options.patienceMs / 2,
    ...(options.patienceMs === undefined ? {} : { query_timeout: options.patienceMs }),
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    options: `-c TimeZone=UTC -c DateStyle=ISO${ofAddress === null ? '' : ` ${ofAddress}`}`,
    types: valueReaders(),
  });
  // pg emits 'error' on the pool for idle connections, on the client for those checked out between two queries.
  pool.on('error', lost);
  pool.on('connect', (client) => {
    client.on('error', lost);
    correlateStatements(client);
  });
  return { pool, db: new KyselyOfPool(pool) };
}
