import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';
import { InvariantBroken } from '../../schemas/errors.js';
import { reachingPostgres } from './away.js';
import { constraintViolated, recordViolation } from './constraint-violations.js';
import type { Database } from './open-database.js';

/** One open transaction: `client` for COPY and plain SQL, `db` for typed queries on the same connection. */
export interface Transaction {
  readonly client: pg.PoolClient;
  readonly db: Kysely<Database>;
}

const kyselyOn = (client: pg.PoolClient): Kysely<Database> =>
  new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: {
        connect: () => Promise.resolve({ query: client.query.bind(client), release: () => undefined }),
        end: () => Promise.resolve(),
      },
    }),
  });

/**
 * Runs `work` between BEGIN and COMMIT on a connection of its own. Any error rolls everything back and is thrown;
 * where Postgres went away it is a DependencyAway, where a rule of a table was broken a ConstraintViolated, which is counted
 * in `constraint_violations`. A commit whose answer was lost also throws: callers are idempotent.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  return await reachingPostgres(async () => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const result = await work({ client, db: kyselyOn(client) });
      const ended = await client.query('commit');
      // COMMIT of a transaction that has failed answers ROLLBACK, without an error.
      if (ended.command !== 'COMMIT') {
        throw new InvariantBroken('The transaction had failed before its commit', { object: ended.command });
      }
      return result;
    } catch (error) {
      await client.query('rollback').catch((failure: unknown) => {
        broken = failure instanceof Error ? failure : new Error(String(failure));
      });
      const violated = constraintViolated(error);
      if (violated === undefined || broken !== undefined) throw error;
      await recordViolation(client, violated);
      throw violated;
    } finally {
      client.release(broken);
    }
  });
}
