import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

/**
 * A text that changes when anything changes that people look at: runs that ended, findings and decisions about them, checks, predictions, versions that serve.
 * Each part is the end of an index, so it may be asked for often.
 */
export async function readHouseMark(pool: pg.Pool): Promise<string> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<{ mark: Computed<string> }>>(
      `select concat_ws('/', (select max(id) from lineage_events), (select max(id) from review_transitions),
         (select max(id) from data_quality_logs), (select max(id) from checkpoint_store), (select max(id) from model_promotions),
         (select max(id) from provider_health), (select max(id) from data_collection_logs)) as mark`,
    ),
  );
  return rows[0]?.mark ?? '';
}
