import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { reachingPostgres } from '../adapters/postgres/away.js';

const lookEveryMs = 500;

/**
 * Asks the lake while Postgres, which holds its catalogue, is seen to answer: DuckDB waits for a Postgres that hangs as long as that hangs.
 * @throws DependencyAway where Postgres is away or hangs, also in the middle of the work
 */
export async function whilePostgresAnswers<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> {
  const look = (): Promise<unknown> => reachingPostgres(() => pool.query('select 1'));
  await look();
  const ended = new AbortController();
  const watching = (async (): Promise<never> => {
    for (;;) {
      await sleep(lookEveryMs, undefined, { signal: ended.signal });
      await look();
    }
  })();
  // Ended by the end of the work.
  watching.catch(() => undefined);
  try {
    return await Promise.race([work(), watching]);
  } finally {
    ended.abort();
  }
}
