import { DependencyAway, InvariantBroken, TouchlineError } from '../../schemas/errors.js';
import { storeAway, storeRefused } from './store-failure.js';

// A statement that failed without a reason is one whose connection was cut.
const postgresGone =
  /could not connect|connection refused|connection to server|server closed the connection|terminating connection|no connection to the server|the database system is (starting up|shutting down|in recovery)|SSL SYSCALL|Broken pipe|Connection reset|Failed to execute query "[^"]*":\s*$/i;
const diskFull = /no space left on device|disk (is )?full|max_temp_directory_size/i;
const lostRace =
  /transaction conflict|conflicts? with|could not serialize|deadlock detected|duplicate key value violates unique constraint "ducklake_/i;

/** How DuckDB begins its word on a statement that no retry can mend. */
const wrongStatement = /(Parser|Binder|Catalog|Conversion|Invalid Input) Error: /;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Passwords that a connection text carries, in either of its forms, are blotted out. */
export const withoutPasswords = (text: string): string =>
  text
    .replaceAll(/(password\s*=\s*)('(?:[^'\\]|\\.|'')*'|\S+)/gi, '$1…')
    .replaceAll(/(:\/\/[^:/@\s]+:)[^@\s]+@/g, '$1…@');

/**
 * The {@link DependencyAway} behind a failure of DuckDB, or undefined: Postgres down or lost, no space on the disk,
 * another writer first. The same call may then succeed, with a fresh connection.
 */
export function lakeAway(error: unknown): DependencyAway | undefined {
  if (error instanceof TouchlineError) return error instanceof DependencyAway ? error : undefined;
  const message = withoutPasswords(textOf(error));
  if (diskFull.test(message)) {
    // The system's own code says what DuckDB says in words: the job ends, and goes on where it was when it is run again.
    return new DependencyAway(
      `The disk that holds the lake is full: ${message}`,
      { object: 'lake', advice: 'Free space on the disk and run the job again; nothing stored is lost.' },
      Object.assign(new Error(message), { code: 'ENOSPC' }),
    );
  }
  const store = storeAway(message);
  if (store !== undefined) return store;
  if (postgresGone.test(message)) {
    return new DependencyAway(`The lake's catalogue in Postgres cannot be reached: ${message}`, {
      object: 'lake',
      advice: 'Wait until Postgres is up; the work goes on by itself.',
    });
  }
  if (lostRace.test(message)) {
    return new DependencyAway(`Another writer of the lake was first: ${message}`, {
      object: 'lake',
      advice: 'Nothing is needed: the same call is tried again.',
    });
  }
  return undefined;
}

/**
 * Runs work on DuckDB. Throws absence as {@link DependencyAway}, a statement of ours that DuckDB refuses as
 * {@link InvariantBroken}, other errors as they are, without passwords.
 */
export async function reachingLake<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const away = lakeAway(error);
    if (away !== undefined) throw away;
    if (error instanceof TouchlineError) throw error;
    const refused = storeRefused(withoutPasswords(textOf(error)));
    if (refused !== undefined) throw refused;
    if (wrongStatement.test(textOf(error))) throw new InvariantBroken(withoutPasswords(textOf(error)));
    // eslint-disable-next-line preserve-caught-error -- the cause's message may hold the connection text
    throw new Error(withoutPasswords(textOf(error)));
  }
}
