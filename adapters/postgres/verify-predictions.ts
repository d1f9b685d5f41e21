import type pg from 'pg';
import type { Instant } from '../../schemas/values.js';
import { inTransaction } from './transaction.js';

/**
 * Holds predictions against the results that silver has (PRED-6): of one match, or of all. One whose result was corrected since is verified
 * again; one whose match has no result any more loses what it was verified by. Returns how many changed.
 */
export async function verifyPredictions(
  pool: pg.Pool,
  { matchId, at }: { readonly matchId?: number; readonly at: Instant },
): Promise<number> {
  return await inTransaction(pool, async ({ client }) => {
    const { rowCount } = await client.query(
      `update predictions p
       set actual_result = n.result, is_correct = p.predicted_result = n.result,
         verified_at = case when n.result is null then null else $2::timestamptz end
       from (
         select q.id, q.created_at, case when m.match_status = 'completed' and m.source_present then
           case sign(m.home_score - m.away_score) when 1 then 'home' when 0 then 'draw' when -1 then 'away' end end as result
         from predictions q
         join match_registry r on r.id = q.match_id
         left join matches m on m.id = r.id and m.match_time = r.match_time
         where ($1::bigint is null or q.match_id = $1) and r.match_time <= $2::timestamptz
       ) as n
       where n.id = p.id and n.created_at = p.created_at and p.actual_result is distinct from n.result`,
      [matchId ?? null, new Date(at)],
    );
    return rowCount ?? 0;
  });
}
