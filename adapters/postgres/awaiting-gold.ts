import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

/** Whether something was collected that silver does not have yet, or silver has something that the lake does not. */
export async function isAwaitingGold(pool: pg.Pool): Promise<boolean> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ awaited: Computed<boolean> }>>(
      `select exists (select from lake_dirty_partitions)
         or exists (select from raw_match_data where process_status = 'pending')
         or exists (select from raw_scores_data where process_status = 'pending')
         or exists (select from raw_odds_data where process_status = 'pending') as awaited`,
    ),
  );
  return rows[0]?.awaited ?? true;
}
