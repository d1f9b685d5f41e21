import type pg from 'pg';
import { unknownMatch } from './prices-claim.js';

const isBegun = (status: string): string => `${status} in ('live', 'completed', 'abandoned')`;

const repriced = `
  update match_registry r set prices_pending = true
  where not r.prices_pending and r.id in (
    select n.id
    from match_registry n
    join match_external_ids x on x.match_id = n.id
    join source_match_ids s on s.data_source = x.data_source and s.external_match_id = x.external_id
    left join current_matches c on c.match_id = n.id
    left join matches m on m.id = n.id and m.match_time = n.match_time
    cross join lateral (
      select exists (
        select from raw_odds_data q where q.data_source = s.data_source and q.external_match_id = s.source_id
          and (q.process_status = 'done' or q.process_error is distinct from $2)) as has_prices,
        exists (
        select from raw_odds_data q where q.data_source = s.data_source and q.external_match_id = s.source_id
          and (q.process_error = $2 or x.created_at = now() and q.process_status = 'pending')) as has_waiting
    ) as p
    where n.id = any($1::bigint[]) and (p.has_waiting and c.match_id is not null
      or p.has_prices and (c.match_id is null
        or (c.match_time, c.kickoff_precision, ${isBegun('c.match_status')})
          is distinct from (m.match_time, m.kickoff_precision, ${isBegun('m.match_status')}))))`;

/**
 * Marks the matches whose live prices depend on what changes: the kick-off, whether the match has begun, and whether it is known at all. After
 * `current_matches` is made, before the current rows follow it. The match is marked, not its payloads: these may be held by whoever stores
 * prices. A price that is pending while its match becomes known may just be found unknown by a batch that cannot see that yet.
 */
export async function markRepriced(client: pg.ClientBase, matchIds: readonly number[]): Promise<void> {
  await client.query(repriced, [matchIds, unknownMatch]);
}
