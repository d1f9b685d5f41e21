import type pg from 'pg';
import { DependencyAway } from '../../schemas/errors.js';

/** Locks that are held. */
export interface TableLocks {
  /** Throws {@link DependencyAway} where the session that holds the locks is gone: another writer may have them. */
  assertHeld(): Promise<void>;
}

const lockKey = (table: string): string => `lake.${table}`;

/**
 * Holds the advisory lock of each lake table, on a session of its own, while the work runs: one writer a table, whatever
 * process it is in. Waits for locks that others hold, in the order of names, so that no two writers wait for each
 * other. Postgres releases the locks of a process that was killed.
 */
export async function withTableLocks<T>(
  pool: pg.Pool,
  tables: readonly string[],
  work: (locks: TableLocks) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let lost: Error | undefined;
  const noticeLoss = (error: Error): void => {
    lost = error;
  };
  client.on('error', noticeLoss);
  try {
    for (const table of [...tables].sort()) {
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [lockKey(table)]);
    }
    return await work({
      assertHeld: async () => {
        try {
          await client.query('select 1');
        } catch (error) {
          throw new DependencyAway(
            'The session that holds the locks of the lake was lost',
            { object: 'Postgres', advice: 'Nothing is needed: the same call is tried again.' },
            lost ?? error,
          );
        }
      },
    });
  } finally {
    // Locks belong to the session: it is closed rather than given back with a lock left on it.
    client.off('error', noticeLoss);
    client.release(true);
  }
}
