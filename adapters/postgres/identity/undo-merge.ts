import type pg from 'pg';
import { BadInput } from '../../../schemas/errors.js';
import { closeSilver } from '../silver-gate.js';
import type { Transaction } from '../transaction.js';
import { forgetTold, refineKeysAgain } from './told-again.js';
import { lockIdentity } from './team-directory.js';

export interface MergeUndoing {
  readonly mergeId: number;
  readonly by: string;
  readonly why: string;
}

/**
 * Takes a merge back: each name means the team again that it meant, each match, key and prediction that was there is as it was, and
 * what came after the merge is told again by refine. Returns the number of payloads that refine has to look at.
 * Throws {@link BadInput} where there is no such merge, or the kept team was merged itself since then.
 */
export async function undoMerge(
  { client }: Transaction,
  { mergeId, by, why }: MergeUndoing,
): Promise<{ readonly matches: number; readonly payloads: number }> {
  await lockIdentity(client);
  await closeSilver(client);
  const { keptId, mergedId } = await openMerge(client, mergeId);
  const before = (table: string): string =>
    `(select b.* from team_merge_changes c cross join lateral jsonb_populate_record(null::${table}, c.before) as b
      where c.merge_id = $1 and c.table_name = '${table}')`;

  // Every key in which a name of the merged team stands, and every other key of the same matches.
  await client.query(
    `create temporary table undo_keys on commit drop as
     with names as (select data_source, external_id from ${before('team_external_ids')} as n),
     ours as (
       select distinct r.data_source, r.external_match_id as key, x.match_id
       from names n
       join league_external_ids v on v.data_source = n.data_source
       join leagues l on l.id = v.league_id and n.external_id like l.country || '/%'
       join raw_match_data r on r.data_source = n.data_source
         and split_part(r.external_match_id, '/', 1) = v.external_id
         and replace(substr(n.external_id, length(l.country) + 2), '/', U&'\\2215')
           in (split_part(r.external_match_id, '/', 3), split_part(r.external_match_id, '/', 4))
       left join match_external_ids x on x.data_source = r.data_source and x.external_id = r.external_match_id
     )
     select data_source, key, match_id, true as is_merged from ours
     union
     select x.data_source, x.external_id, x.match_id, false
     from match_external_ids x
     where x.match_id in (select match_id from ours)
       and (x.data_source, x.external_id) not in (select data_source, key from ours)`,
    [mergeId],
  );
  const matches = await client.query<{ id: number }>(
    `select distinct match_id as id from undo_keys where match_id is not null order by 1`,
  );
  await forgetTold(
    client,
    matches.rows.map(({ id }) => id),
  );

  for (const [table, assignment, condition] of [
    [
      'team_external_ids',
      'team_id = b.team_id, basis = b.basis, added_by = b.added_by, reason = b.reason',
      '(t.data_source, t.external_id) = (b.data_source, b.external_id)',
    ],
    ['match_registry', 'home_team_id = b.home_team_id, away_team_id = b.away_team_id', 't.id = b.id'],
    [
      'match_external_ids',
      'match_id = b.match_id',
      '(t.data_source, t.external_id) = (b.data_source, b.external_id)',
    ],
    ['predictions', 'match_id = b.match_id', '(t.id, t.created_at) = (b.id, b.created_at)'],
  ] as const) {
    await client.query(`update ${table} t set ${assignment} from ${before(table)} as b where ${condition}`, [
      mergeId,
    ]);
  }
  await client.query(
    `delete from prediction_keys t using ${before('prediction_keys')} as b
     where (t.model_name, t.model_version, t.feature_hash, t.created_at) = (b.model_name, b.model_version, b.feature_hash, b.created_at)`,
    [mergeId],
  );
  await client.query(
    `insert into prediction_keys select * from ${before('prediction_keys')} as b on conflict do nothing`,
    [mergeId],
  );
  await client.query(
    `delete from team_aliases where team_id = $1 and alias in (
       select name from teams where id = $2 union select alias from ${before('team_aliases').replace('$1', '$3')} as b)`,
    [keptId, mergedId, mergeId],
  );
  await client.query(
    `insert into team_aliases (country, alias, team_id, added_by, reason)
     select country, alias, team_id, added_by, reason from ${before('team_aliases')} as b on conflict do nothing`,
    [mergeId],
  );

  // A key that stands on the other side of the match than its own name now says has to find its match again.
  await client.query(
    `delete from match_external_ids x
     using undo_keys k, match_registry r
     where k.data_source = x.data_source and k.key = x.external_id and r.id = x.match_id
       and k.is_merged <> ($1 in (r.home_team_id, r.away_team_id))`,
    [mergedId],
  );
  const keys = await client.query<{ dataSource: string; key: string }>(
    'select data_source as "dataSource", key from undo_keys order by 1, 2',
  );
  await client.query(
    `insert into lake_dirty_partitions as mark (table_name, month) values ('teams', date '1970-01-01')
     on conflict (table_name, month) do update set version = mark.version + 1, marked_at = now()`,
  );
  await client.query(
    'update team_merges set undone_by = $2, undo_reason = $3, undone_at = now() where id = $1',
    [mergeId, by, why],
  );
  return { matches: matches.rows.length, payloads: await refineKeysAgain(client, keys.rows) };
}

async function openMerge(client: pg.ClientBase, mergeId: number) {
  const { rows } = await client.query<{
    keptId: number;
    mergedId: number;
    undone: boolean;
    since: number | null;
  }>(
    `select m.kept_team_id as "keptId", m.merged_team_id as "mergedId", m.undone_at is not null as undone, n.id as since
     from team_merges m left join team_merges n on n.merged_team_id = m.kept_team_id and n.undone_at is null
     where m.id = $1 for update of m`,
    [mergeId],
  );
  const merge = rows[0];
  const object = `merge ${mergeId}`;
  const advice = 'List the merges: touchline team merges';
  if (merge === undefined) throw new BadInput(`There is no merge ${mergeId}`, { object, advice });
  if (merge.undone) throw new BadInput(`Merge ${mergeId} was undone already`, { object, advice });
  if (merge.since !== null) {
    throw new BadInput(`The kept team of merge ${mergeId} was merged itself since then`, {
      object,
      advice: `Undo merge ${merge.since} first.`,
    });
  }
  return merge;
}
