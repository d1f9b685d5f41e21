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
    pool.query<Row<{ id: 'match_registry.id'; at: 'match_registry.match_time' }>>(
      'select id, match_time as at from match_registry where id = any($1::bigint[])',
      [matchIds],
    ),
  );
  return new Map(rows.map(({ id, at }) => [id, instant(at.getTime())]));
}
