import type pg from 'pg';
import { instant, type Instant } from '../../schemas/values.js';
import { askedTogether } from '../asked-together.js';
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

/** The same for who asks hundreds of times a second: see {@link askedTogether}. */
export const kickOffsTogether = (pool: pg.Pool): KickOffs =>
  askedTogether((matchIds) => readKickOffs(pool, matchIds));
