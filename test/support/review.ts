import type pg from 'pg';
import type { Row } from '../../adapters/postgres/row.js';
import { decideFindings, refuseAny, type Decided } from '../../activities/decide-findings.js';
import { inTransaction } from '../../adapters/postgres/transaction.js';
import type { ReviewAction } from '../../schemas/records/review.js';

/** Decides about findings as the command line does: all of them or none. */
export const decide = (
  pool: pg.Pool,
  action: ReviewAction,
  ids: readonly number[],
  { by = 'ada', why = 'The newspaper of the day says so' } = {},
): Promise<Decided> =>
  inTransaction(pool, async (transaction) => {
    const decided = await decideFindings(transaction, ids, { action, by, why });
    refuseAny(decided);
    return decided;
  });

/** The ids of the findings of this type, oldest first. */
export async function findingsOf(pool: pg.Pool, type: string): Promise<number[]> {
  const { rows } = await pool.query<Row<{ id: 'data_quality_logs.id' }>>(
    'select id from data_quality_logs where error_type = $1 order by id',
    [type],
  );
  return rows.map(({ id }) => id);
}
