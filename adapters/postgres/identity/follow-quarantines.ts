import type pg from 'pg';
import { markForLake } from '../anomaly/quarantines.js';

/** What names a row beside its match. */
const name = [
  ...['table_name', 'data_source', 'bookmaker', 'market_type', 'line_value', 'collected_at', 'recorded_at'],
  'prediction_id',
];
const nameOf = (alias: string): string => name.map((column) => `${alias}.${column}`).join(', ');

/** The quarantines, as `t`, that follow their match `f` into another: all but one whose row is in quarantine there too, which stays as it is. */
export const followingQuarantines = `quarantines t
  join merge_matches f on f.into_id is not null and f.id = t.match_id
    and (t.released_at is not null or not exists (
      select from quarantines k
      where k.released_at is null and k.match_id = f.into_id and (${nameOf('k')}) is not distinct from (${nameOf('t')})))`;

/** Takes the quarantines of folded matches along. */
export async function foldQuarantines(client: pg.ClientBase): Promise<void> {
  const { rowCount } = await client.query(
    `update quarantines q set match_id = f.into_id from ${followingQuarantines} where q.id = t.id`,
  );
  if (rowCount !== 0) await markForLake(client);
}

/**
 * What brings quarantines back where their rows go when merge $1 is undone: those that the merge took along, and those made since of a price whose source told of
 * the folded match, or of a prediction that was made of it. `changes` are the rows of a table before and after, as `b` and `a`. Who put the one match into quarantine
 * since meant the one that is left.
 */
export const unfoldQuarantines = (changes: (table: string) => string): readonly string[] => [
  `update quarantines t set match_id = b.match_id from ${changes('quarantines')} where t.id = a.id`,
  `update quarantines t set match_id = b.match_id
   from ${changes('match_external_ids')}
   where c.before is not null and c.after is not null and t.table_name = 'odds'
     and (t.match_id, t.data_source) = (a.match_id, a.data_source)
     and t.quarantined_at >= (select m.merged_at from team_merges m where m.id = $1)`,
  `update quarantines t set match_id = b.match_id
   from ${changes('predictions')}
   where t.table_name = 'predictions' and t.prediction_id = b.id and t.match_id = a.match_id`,
];
