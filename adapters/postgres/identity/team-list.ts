import type pg from 'pg';
import { reachingPostgres } from '../away.js';
import type { Computed, Row } from '../row.js';

/** Teams by a part of any of their names, with everything they are called. Merged ones are their kept team. */
export async function listTeams(
  pool: pg.Pool,
  { name, country }: { readonly name?: string | undefined; readonly country?: string | undefined },
) {
  const { rows } = await reachingPostgres(() =>
    pool.query<
      Row<{
        id: 'teams.id';
        country: 'teams.country';
        name: 'teams.name';
        matches: Computed<number>;
        names: Computed<string[]>;
      }>
    >(
      `select t.id, t.country, t.name, n.names,
         (select count(*) from match_registry r where r.home_team_id = t.id or r.away_team_id = t.id) as matches
       from teams t
       cross join lateral (
         select coalesce(array_agg(distinct called order by called), '{}') as names
         from (
           select alias as called from team_aliases where team_id = t.id
           union
           select substr(external_id, length(t.country) + 2) from team_external_ids where team_id = t.id
         ) as c where called <> t.name
       ) as n
       where ($2::text is null or t.country = $2)
         and ($1::text is null or strpos(lower(concat_ws(E'\\n', t.name, array_to_string(n.names, E'\\n'))), lower($1)) > 0)
         and not exists (select from team_merges m where m.merged_team_id = t.id and m.undone_at is null)
       order by t.country, t.name`,
      [name ?? null, country ?? null],
    ),
  );
  return rows;
}

/** A merge of two teams, and its undoing. */
interface MergeColumns {
  readonly id: 'team_merges.id';
  readonly kept: 'teams.name';
  readonly merged: 'teams.name';
  readonly by: 'team_merges.merged_by';
  readonly why: 'team_merges.reason';
  readonly at: 'team_merges.merged_at';
  readonly undoneBy: 'team_merges.undone_by';
  readonly undoneWhy: 'team_merges.undo_reason';
  readonly undoneAt: 'team_merges.undone_at';
}

/** Every merge, the newest first. */
export async function listMerges(pool: pg.Pool): Promise<readonly Row<MergeColumns>[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<MergeColumns>>(
      `select m.id, k.name as kept, g.name as merged, m.merged_by as by, m.reason as why, m.merged_at as at,
         m.undone_by as "undoneBy", m.undo_reason as "undoneWhy", m.undone_at as "undoneAt"
       from team_merges m join teams k on k.id = m.kept_team_id join teams g on g.id = m.merged_team_id
       order by m.id desc`,
    ),
  );
  return rows;
}
