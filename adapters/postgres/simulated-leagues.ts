import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Row } from './row.js';

/** The codes of leagues that were never played. */
export async function simulatedLeagues(pool: pg.Pool): Promise<string[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ code: 'leagues.code' }>>('select code from leagues where is_simulated order by code'),
  );
  return rows.map(({ code }) => code);
}
