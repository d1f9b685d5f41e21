import type pg from 'pg';
import { z } from 'zod';
import type { EntryStore } from '../adapters/cache/entry-store.js';
import { reachingPostgres } from '../adapters/postgres/away.js';
import type { Computed, Row } from '../adapters/postgres/row.js';
import { PrerequisiteMissing } from '../schemas/errors.js';
import { heartbeating } from './heartbeating.js';

const dayMs = 24 * 3_600_000;
const predictionsKeptDays = 7;

/** What is kept under them goes: prices of a match that is over, predictions of one that began a week ago. */
const patterns = [
  ['odds:*', 'isOver'],
  ['predictions:*', 'isOld'],
] as const;

const MatchId = z.string().regex(/^\d+$/).transform(Number);
/** The match of a key, which has its id in the second place; undefined where it has none. */
const matchOf = (key: string): number | undefined => MatchId.safeParse(key.split(':')[1]).data;

/** Activities that tidy the cache. `store` is null where there is no Redis: a process's memory tidies itself. */
export function createCleanCacheActivities({
  pool,
  store,
}: {
  readonly pool: pg.Pool;
  readonly store: Pick<EntryStore, 'scan' | 'remove'> | null;
}) {
  const standing = async (ids: readonly number[]) => {
    const { rows } = await reachingPostgres(() =>
      pool.query<Row<{ id: 'matches.id'; isOver: Computed<boolean>; isOld: Computed<boolean> }>>(
        `select id, match_status in ('completed', 'cancelled', 'abandoned') as "isOver", match_time < $2 as "isOld"
         from matches where id = any($1::bigint[])`,
        [ids, new Date(Date.now() - predictionsKeptDays * dayMs)],
      ),
    );
    return new Map(rows.map((row) => [row.id, row]));
  };

  return {
    /** Removes what nobody asks for any more, some hundred keys at a time (CACHE-6). @throws PrerequisiteMissing where there is no Redis, DependencyAway where it does not answer */
    async cleanCache(): Promise<{ removed: number }> {
      if (store === null)
        throw new PrerequisiteMissing('There is no Redis to tidy', { setting: 'REDIS_URL' });
      return await heartbeating(async (reportPhase) => {
        let removed = 0;
        for (const [pattern, why] of patterns) {
          for await (const keys of store.scan(pattern)) {
            const matches = await standing([...new Set(keys.flatMap((key) => matchOf(key) ?? []))]);
            removed += await store.remove(
              keys.filter((key) => matches.get(matchOf(key) ?? NaN)?.[why] === true),
            );
            reportPhase('cache.clean', { removed });
          }
        }
        return { removed };
      });
    },
  };
}
