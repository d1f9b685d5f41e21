import type pg from 'pg';
import { BadInput } from '../../../schemas/errors.js';
import type { Said } from '../../../schemas/records/review.js';
import { markForLake } from '../anomaly/quarantines.js';
import type { Computed, Row } from '../row.js';
import { closeSilver } from '../silver-gate.js';
import type { Transaction } from '../transaction.js';
import { unfoldQuarantines } from './follow-quarantines.js';
import { keysOfNames, unbearMisnamed } from './named-keys.js';
import { forgetTold, markTeams, refineKeysAgain } from './told-again.js';
import { lockIdentity, type SourceName } from './team-directory.js';

export interface MergeUndoing extends Said {
  readonly mergeId: number;
}

/**
 * Takes a merge back: each name means the team again that it meant, each alias, match, key and prediction that was there is as it was, and
 * what came after the merge is told again by refine. Returns the number of payloads that refine has to look at.
 * Throws {@link BadInput} where there is no such merge, or a later one has changed what it changed.
 */
export async function undoMerge(
  { client }: Transaction,
  { mergeId, by, why }: MergeUndoing,
): Promise<{ readonly matches: number; readonly payloads: number }> {
  await lockIdentity(client);
  await closeSilver(client);
  await refuseUndoing(client, mergeId);
  const keys = await keysOfNames(client, await mergedNames(client, mergeId));
  const moved = await client.query<Row<{ id: Computed<number> }>>(
    `select (before ->> 'id')::bigint as id from team_merge_changes where merge_id = $1 and table_name = 'match_registry'`,
    [mergeId],
  );
  const matches = new Set(keys.flatMap(({ matchId }) => matchId ?? []));
  for (const { id } of moved.rows) matches.add(id);
  await forgetTold(client, [...matches]);
  for (const statement of putBack) await client.query(statement, [mergeId]);
  // A key that bears a match of other teams than its names mean now has to find its match again.
  await unbearMisnamed(client, keys);
  await markTeams(client);
  await markForLake(client);
  await client.query(
    'update team_merges set undone_by = $2, undo_reason = $3, undone_at = now() where id = $1',
    [mergeId, by, why],
  );
  return { matches: matches.size, payloads: await refineKeysAgain(client, keys) };
}

/** The names that came to the kept team by the merge. */
async function mergedNames(client: pg.ClientBase, mergeId: number): Promise<SourceName[]> {
  const { rows } = await client.query<
    Row<{ dataSource: Computed<string>; country: 'teams.country'; name: Computed<string> }>
  >(
    `select c.before ->> 'data_source' as "dataSource", t.country,
       substr(c.before ->> 'external_id', length(t.country) + 2) as name
     from team_merge_changes c
     join team_merges m on m.id = c.merge_id join teams t on t.id = m.merged_team_id
     where c.merge_id = $1 and c.table_name = 'team_external_ids'`,
    [mergeId],
  );
  return rows;
}

/** The changes of a table in merge $1, with their rows before and after as `b` and `a`. */
const changes = (table: string): string =>
  `(select * from team_merge_changes where merge_id = $1 and table_name = '${table}') as c
   cross join lateral jsonb_populate_record(null::${table}, c.before) as b
   cross join lateral jsonb_populate_record(null::${table}, c.after) as a`;

/** Changes the rows of a table that the merge changed, by their key then. */
const restored = (table: string, columns: readonly string[], isIt: string): string =>
  `update ${table} t set ${columns.map((column) => `${column} = b.${column}`).join(', ')}
   from ${changes(table)} where c.before is not null and c.after is not null and ${isIt}`;

/** Brings back the rows of a table that the merge took away. */
const broughtBack = (table: string): string =>
  `insert into ${table} overriding system value
   select b.* from ${changes(table)} where c.after is null on conflict do nothing`;

const putBack: readonly string[] = [
  // A name that somebody has doubted since keeps what was said of it.
  restored(
    'team_external_ids',
    ['team_id', 'basis', 'added_by', 'reason'],
    '(t.data_source, t.external_id, t.team_id, t.basis) = (a.data_source, a.external_id, a.team_id, a.basis)',
  ),
  `delete from team_aliases t using ${changes('team_aliases')} where c.before is null and t.id = a.id`,
  restored('team_aliases', ['team_id'], 't.id = a.id'),
  broughtBack('team_aliases'),
  restored('match_registry', ['home_team_id', 'away_team_id', 'ordinal'], 't.id = a.id'),
  restored(
    'match_external_ids',
    ['match_id'],
    '(t.data_source, t.external_id) = (a.data_source, a.external_id)',
  ),
  restored('predictions', ['match_id'], '(t.id, t.created_at) = (a.id, a.created_at)'),
  restored(
    'prediction_keys',
    ['match_id'],
    '(t.match_id, t.model_name, t.model_version, t.feature_hash) = (a.match_id, a.model_name, a.model_version, a.feature_hash)',
  ),
  broughtBack('prediction_keys'),
  ...unfoldQuarantines(changes),
];

/** The matches that a merge, as `c`, moved, folded or folded into. */
const touched = (merge: string): string =>
  `select (c.before ->> case c.table_name when 'match_registry' then 'id' else 'match_id' end)::bigint as id
   from team_merge_changes c where c.merge_id = ${merge} and c.table_name in ('match_registry', 'match_external_ids')
   union
   select (c.after ->> 'match_id')::bigint from team_merge_changes c
   where c.merge_id = ${merge} and c.table_name = 'match_external_ids'`;

async function refuseUndoing(client: pg.ClientBase, mergeId: number): Promise<void> {
  const { rows } = await client.query<Row<{ undone: Computed<boolean>; later: Computed<number | null> }>>(
    `select m.undone_at is not null as undone, (
       select max(n.id) from team_merges n
       where n.id > m.id and n.undone_at is null
         and (n.merged_team_id = m.kept_team_id or exists ((${touched('n.id')}) intersect (${touched('m.id')})))
     ) as later
     from team_merges m where m.id = $1 for update of m`,
    [mergeId],
  );
  const merge = rows[0];
  const object = `merge ${mergeId}`;
  const advice = 'List the merges: touchline team merges';
  if (merge === undefined) throw new BadInput(`There is no merge ${mergeId}`, { object, advice });
  if (merge.undone) throw new BadInput(`Merge ${mergeId} was undone already`, { object, advice });
  if (merge.later === null) return;
  throw new BadInput(
    `Merge ${merge.later} came after merge ${mergeId} and changed the same teams or matches`,
    {
      object,
      advice: `Undo merge ${merge.later} first.`,
    },
  );
}
