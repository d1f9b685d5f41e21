import type pg from 'pg';
import { BadInput } from '../../../schemas/errors.js';
import { closeSilver } from '../silver-gate.js';
import type { Transaction } from '../transaction.js';
import { forgetTold, markMatches, refineKeysAgain } from './told-again.js';
import { lockIdentity } from './team-directory.js';
import { closeToldTwice } from './told-twice.js';

export interface TeamMerge {
  readonly keptId: number;
  readonly mergedId: number;
  readonly by: string;
  readonly why: string;
}

export interface MergeOutcome {
  readonly mergeId: number;
  /** Matches of the merged team that are the kept team's from now on, and keep their id. */
  readonly moved: number;
  /** Matches that both teams had: told twice, one match from now on. */
  readonly folded: number;
  /** Payloads that refine has to look at again. */
  readonly payloads: number;
}

/**
 * Makes one team of two that are the same: every name, alias, match, prediction and served feature of the merged one follows. What
 * was changed is kept, so that {@link undoMerge} can take it back. Silver of matches that both had is told again by refine.
 * Throws {@link BadInput} where the two cannot be one: another country, met each other, or merged already.
 */
export async function mergeTeams(
  { client }: Transaction,
  { keptId, mergedId, by, why }: TeamMerge,
): Promise<MergeOutcome> {
  await lockIdentity(client);
  await closeSilver(client);
  await refuseImpossible(client, keptId, mergedId);
  const created = await client.query<{ id: number }>(
    `insert into team_merges (kept_team_id, merged_team_id, merged_by, reason) values ($1, $2, $3, $4) returning id`,
    [keptId, mergedId, by, why],
  );
  const mergeId = created.rows[0]?.id ?? 0;
  const change = changeLog(client, mergeId);

  await change('team_external_ids', `select * from team_external_ids where team_id = $1`, [mergedId]);
  await change('team_aliases', `select * from team_aliases where team_id = $1`, [mergedId]);
  await client.query(
    `insert into team_aliases (country, alias, team_id, added_by, reason)
     select country, alias, $2::integer, added_by, reason from team_aliases where team_id = $1
     union
     select country, name, $2::integer, $3::text, $4::text from teams where id = $1
     on conflict do nothing`,
    [mergedId, keptId, by, why],
  );
  await client.query('delete from team_aliases where team_id = $1', [mergedId]);
  await client.query(
    `update team_external_ids set team_id = $2, basis = 'merged', added_by = $3, reason = $4 where team_id = $1`,
    [mergedId, keptId, by, why],
  );

  // A match of the merged team: the kept team's own one in the same place, if it has one.
  await client.query(
    `create temporary table merge_matches on commit drop as
     select m.id, k.id as kept_id
     from match_registry m
     left join match_registry k on k.league_id = m.league_id and k.season = m.season and k.ordinal = m.ordinal
       and k.home_team_id = case m.home_team_id when $1::integer then $2::integer else m.home_team_id end
       and k.away_team_id = case m.away_team_id when $1::integer then $2::integer else m.away_team_id end
     where m.home_team_id = $1 or m.away_team_id = $1`,
    [mergedId, keptId],
  );
  const moved = await moveMatches(client, change, { keptId, mergedId });
  const folded = await foldMatches(client, change);
  const told = await client.query<{ dataSource: string; key: string }>(
    `select before ->> 'data_source' as "dataSource", before ->> 'external_id' as key
     from team_merge_changes where merge_id = $1 and table_name = 'match_external_ids'`,
    [mergeId],
  );
  const payloads = await refineKeysAgain(client, told.rows);
  await closeToldTwice(client, { keptId, mergedId, by, why });
  return { mergeId, moved, folded, payloads };
}

type RecordChange = (table: string, select: string, values?: readonly unknown[]) => Promise<void>;

function changeLog(client: pg.ClientBase, mergeId: number): RecordChange {
  return async (table, select, values = []) => {
    await client.query(
      `insert into team_merge_changes (merge_id, change_no, table_name, before)
       select ${mergeId}, (select count(*) from team_merge_changes where merge_id = ${mergeId}) + row_number() over (),
         '${table}', to_jsonb(t)
       from (${select}) as t`,
      [...values],
    );
  };
}

async function refuseImpossible(client: pg.ClientBase, keptId: number, mergedId: number): Promise<void> {
  const { rows } = await client.query<{ id: number; country: string; mergedInto: number | null }>(
    `select t.id, t.country, m.kept_team_id as "mergedInto"
     from teams t left join team_merges m on m.merged_team_id = t.id and m.undone_at is null
     where t.id in ($1, $2) order by t.id for update of t`,
    [keptId, mergedId],
  );
  const refuse = (message: string, advice: string): never => {
    throw new BadInput(message, { object: `teams ${keptId} and ${mergedId}`, advice });
  };
  if (keptId === mergedId) refuse('A team cannot be merged with itself', 'Name two teams.');
  for (const id of [keptId, mergedId]) {
    const team = rows.find((row) => row.id === id);
    if (team === undefined)
      refuse(`There is no team ${id}`, 'Find its id: touchline team list --name <part>');
    else if (team.mergedInto !== null)
      refuse(
        `Team ${id} was merged into team ${team.mergedInto}`,
        'Name that team, or undo that merge first.',
      );
  }
  if (rows[0]?.country !== rows[1]?.country)
    refuse('The two teams are of two countries', 'Only teams of one country can be merged.');
  const met = await client.query(
    `select from match_registry where (home_team_id, away_team_id) in (($1::integer, $2::integer), ($2::integer, $1::integer)) limit 1`,
    [keptId, mergedId],
  );
  if (met.rowCount !== 0) refuse('The two teams have played each other', 'They are two teams.');
}

/** Matches that only the merged team has become the kept team's, id and all. */
async function moveMatches(
  client: pg.ClientBase,
  change: RecordChange,
  { keptId, mergedId }: { readonly keptId: number; readonly mergedId: number },
): Promise<number> {
  const moved = `select id from merge_matches where kept_id is null`;
  await change(
    'match_registry',
    `select id, home_team_id, away_team_id from match_registry where id in (${moved})`,
  );
  for (const side of ['home_team_id', 'away_team_id']) {
    await client.query(`update match_registry set ${side} = $2 where ${side} = $1 and id in (${moved})`, [
      mergedId,
      keptId,
    ]);
    await client.query(`update matches set ${side} = $2 where ${side} = $1 and id in (${moved})`, [
      mergedId,
      keptId,
    ]);
  }
  await client.query(`update features set team_id = $2 where team_id = $1 and match_id in (${moved})`, [
    mergedId,
    keptId,
  ]);
  const { rows } = await client.query<{ id: number }>(moved);
  await markMatches(
    client,
    rows.map(({ id }) => id),
  );
  return rows.length;
}

/** Matches that both have are one: keys and predictions go to the kept one, what was told of the other is told again of it. */
async function foldMatches(client: pg.ClientBase, change: RecordChange): Promise<number> {
  const onFolded = (match: string): string => `merge_matches f on f.id = ${match} and f.kept_id is not null`;
  await change(
    'match_external_ids',
    `select x.data_source, x.external_id, x.match_id from match_external_ids x join ${onFolded('x.match_id')}`,
  );
  await change(
    'predictions',
    `select p.id, p.created_at, p.match_id from predictions p join ${onFolded('p.match_id')}`,
  );
  await change('prediction_keys', `select p.* from prediction_keys p join ${onFolded('p.match_id')}`);
  const { rows } = await client.query<{ id: number }>(
    `select id from merge_matches where kept_id is not null order by id`,
  );
  await forgetTold(
    client,
    rows.map(({ id }) => id),
  );
  // The same prediction of both matches is one.
  await client.query(
    `delete from prediction_keys p using merge_matches f
     where f.kept_id is not null and p.match_id = f.id and exists (
       select from prediction_keys k where k.match_id = f.kept_id
         and (k.model_name, k.model_version, k.feature_hash) = (p.model_name, p.model_version, p.feature_hash))`,
  );
  for (const table of ['match_external_ids', 'prediction_keys', 'predictions']) {
    await client.query(
      `update ${table} t set match_id = f.kept_id
       from merge_matches f where f.kept_id is not null and t.match_id = f.id`,
    );
  }
  return rows.length;
}
