import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

/** The instants at which something became known of a match: a word of a source, a price, a prediction. Oldest first. */
export async function knownInstants(pool: pg.Pool, matchId: number): Promise<Date[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ at: Computed<Date> }>>(
      `select distinct at from (
         select known_at as at from fixture_revisions where match_id = $1
         union all
         select greatest(collected_at, recorded_at) from odds where match_id = $1
         union all
         select created_at from predictions where match_id = $1
       ) as k order by at`,
      [matchId],
    ),
  );
  return rows.map(({ at }) => at);
}
