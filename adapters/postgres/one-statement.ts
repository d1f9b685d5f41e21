import type pg from 'pg';
import { reachingPostgres } from './away.js';
import { constraintViolated, recordViolation } from './constraint-violations.js';

/**
 * Runs a statement that is a transaction by itself: one answer of Postgres is waited for, not three. Errors are those of `inTransaction`, and a rule of a table that was broken is
 * counted as there.
 */
export async function inOneStatement(pool: pg.Pool, statement: pg.QueryConfig): Promise<pg.QueryResult> {
  return await reachingPostgres(async () => {
    try {
      return await pool.query(statement);
    } catch (error) {
      const violated = constraintViolated(error);
      if (violated === undefined) throw error;
      await recordViolation(pool, violated);
      throw violated;
    }
  });
}
