import type pg from 'pg';
import { closeSilver } from './silver-gate.js';

const byMonth = [
  ['matches', 'match_time'],
  ['fixture_revisions', 'known_at'],
  ['match_statistics', 'known_at'],
  ['odds', 'collected_at'],
] as const;

/**
 * Empties what refine derives, marks each month it empties, and sets bronze to pending. Leagues, teams, the registry of
 * matches, external ids, and findings that someone has handled stay. Inside the caller's transaction, with no batch of refine inside.
 */
export async function clearSilverTables(client: pg.ClientBase): Promise<void> {
  await closeSilver(client);
  await client.query(
    `insert into lake_dirty_partitions as mark (table_name, month)
     ${byMonth
       .map(
         ([table, column]) =>
           `select distinct '${table}', date_trunc('month', ${column} at time zone 'UTC')::date from ${table}`,
       )
       .join(' union all ')}
     order by 1, 2
     on conflict (table_name, month) do update set version = mark.version + 1, marked_at = now()`,
  );
  await client.query('truncate matches, fixture_revisions, match_statistics, odds, odds_last_seen, features');
  await client.query(
    `delete from data_quality_logs
     where handled_at is null and (table_name in ('matches', 'fixture_revisions', 'match_statistics', 'odds')
       or table_name = 'raw_odds_data' and record_id is not null)`,
  );
  await client.query(
    `update raw_match_data set process_status = 'pending', processed = false, process_error = null
     where process_status in ('done', 'held') and match_time is not null`,
  );
  // Scores of matches that nobody has told of stay held: nothing of them is derived.
  await client.query(
    `update raw_scores_data s set process_status = 'pending', processed = false, process_error = null
     from source_match_ids i
     where i.data_source = s.data_source and i.source_id = s.external_match_id and s.process_status in ('done', 'held')`,
  );
  await client.query(
    `update raw_odds_data set process_status = 'pending', processed = false, process_error = null
     where process_status in ('done', 'held')`,
  );
  await client.query('update match_registry set prices_pending = false where prices_pending');
}
