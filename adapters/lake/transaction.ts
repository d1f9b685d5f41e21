import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Runs work in one transaction of DuckDB. Any error means ROLLBACK and is thrown on: DuckDB would let a transaction go
 * on after a statement that could not be parsed or bound, and would answer COMMIT after a failed one as if it had
 * committed. So the caller still has to look for its snapshot.
 */
export async function inLakeTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('begin transaction');
  try {
    const result = await work();
    await connection.run('commit');
    return result;
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
}

/** Ends a transaction without effect. The error that led here matters, not one of the ROLLBACK. */
async function rollBack(connection: DuckDBConnection): Promise<void> {
  try {
    await connection.run('rollback');
  } catch {
    // No transaction is open any more.
  }
}
