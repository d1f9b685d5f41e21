import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { LakeReader } from '../adapters/lake/reader.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { DependencyAway } from '../schemas/errors.js';
import { oneAtATime } from './health/check-dependency.js';

/** What the API reads of the lake. */
export type ReadLake = Pick<LakeReader, 'query' | 'frame' | 'vectors' | 'snapshots' | 'status'>;

const lookEveryMs = 500;
/** With the pause before it less than two seconds. */
const lookWithinMs = 1_300;

/** Looks whether Postgres answers. @throws DependencyAway where it is away, or says nothing for that long */
async function look(pool: pg.Pool): Promise<void> {
  const answered = new AbortController();
  const silent = sleep(lookWithinMs, undefined, { signal: answered.signal }).then(() => {
    throw new DependencyAway('Postgres says nothing', { object: 'Postgres' });
  });
  // Given up once it has answered.
  silent.catch(() => undefined);
  try {
    await Promise.race([reachingPostgres(() => pool.query('select 1')), silent]);
  } finally {
    answered.abort();
  }
}

/**
 * The lake, asked while Postgres, which holds its catalogue, is seen to answer: DuckDB waits for a Postgres that hangs as long as that hangs. What is asked throws DependencyAway
 * where Postgres is away or hangs, also in the middle of the work; a frame looks before it begins alone, for it has files that nobody else may clear away.
 */
export function lakeWhilePostgresAnswers(lake: ReadLake, pool: pg.Pool): ReadLake {
  const looked = oneAtATime(() => look(pool));
  const watching = async <T>(work: () => Promise<T>): Promise<T> => {
    await looked();
    const ended = new AbortController();
    const watch = (async (): Promise<never> => {
      for (;;) {
        await sleep(lookEveryMs, undefined, { signal: ended.signal });
        await looked();
      }
    })();
    // Ended by the end of the work.
    watch.catch(() => undefined);
    try {
      return await Promise.race([work(), watch]);
    } finally {
      ended.abort();
    }
  };
  return {
    query: (sql) => watching(() => lake.query(sql)),
    vectors: (asked) => watching(() => lake.vectors(asked)),
    snapshots: () => watching(() => lake.snapshots()),
    status: (tables) => watching(() => lake.status(tables)),
    async frame(asked) {
      await looked();
      return lake.frame(asked);
    },
  };
}
