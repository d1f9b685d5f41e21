import type pg from 'pg';
import { reachingPostgres } from './away.js';

/** So many rows are in memory at once. */
const fetched = 500;

/**
 * The rows that a SELECT answers, a few hundred at a time: the next are asked for once these were taken. It reads one state of the database, and holds a connection of
 * the pool until the last row was taken or whoever takes them stops. Throws as `reachingPostgres` does.
 */
export async function* rowsFromCursor(
  pool: pg.Pool,
  select: string,
  values: readonly unknown[],
): AsyncGenerator<unknown, void, undefined> {
  const client = await reachingPostgres(() => pool.connect());
  let broken: Error | undefined;
  try {
    await reachingPostgres(async () => {
      await client.query('begin read only');
      await client.query(`declare answered no scroll cursor for ${select}`, [...values]);
    });
    for (;;) {
      const { rows } = await reachingPostgres(() => client.query(`fetch ${fetched} from answered`));
      yield* rows;
      if (rows.length < fetched) return;
    }
  } finally {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error(String(failure));
    });
    client.release(broken);
  }
}
