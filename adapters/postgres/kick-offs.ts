import type pg from 'pg';
import { instant, type Instant } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';
import type { Row } from './row.js';

/** When matches begin, as it is known now, by their ids; one that is not registered is not there. */
export async function readKickOffs(
  pool: pg.Pool,
  matchIds: readonly number[],
): Promise<ReadonlyMap<number, Instant>> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ id: 'match_registry.id'; at: 'match_registry.match_time' }>>({
      // Planned once a connection.
      name: 'kick_offs',
      text: 'select id, match_time as at from match_registry where id = any($1::bigint[])',
      values: [matchIds],
    }),
  );
  return new Map(rows.map(({ id, at }) => [id, instant(at.getTime())]));
}

/** Asks when matches begin, as {@link readKickOffs}. */
export type KickOffs = (matchIds: readonly number[]) => Promise<ReadonlyMap<number, Instant>>;

/**
 * The same for who asks hundreds of times a second: what is asked while a question is under way goes as one with the next, which begins after it was
 * asked, so that each answer is as new as one of its own. An answer may hold matches that others asked about.
 */
export function kickOffsTogether(pool: pg.Pool): KickOffs {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: { readonly ids: Set<number>; readonly answer: ReturnType<KickOffs> } | undefined;
  return (matchIds) => {
    if (next === undefined) {
      const ids = new Set<number>();
      const answer = underWay.then(() => {
        next = undefined;
        return readKickOffs(pool, [...ids]);
      });
      next = { ids, answer };
      underWay = answer.catch(() => undefined);
    }
    for (const id of matchIds) next.ids.add(id);
    return next.answer;
  };
}
