import type pg from 'pg';
import { BadInput } from '../../../schemas/errors.js';
import type { Said } from '../../../schemas/records/review.js';
import type { Computed, Row } from '../row.js';
import { foldQuarantines, followingQuarantines } from './follow-quarantines.js';
import type { SourceKey } from './match-directory.js';
import { forgetTold, markMatches, refineKeysAgain } from './told-again.js';

export interface MergedTeams {
  readonly keptId: number;
  readonly mergedId: number;
}

export type TeamMerge = MergedTeams & Said;

export interface MergeOutcome {
  readonly mergeId: number;
  /** Matches of the merged team that are the kept team's from now on, and keep their id. */
  readonly moved: number;
  /** Matches that both teams had: told twice, one match from now on. */
  readonly folded: number;
  /** Payloads that refine has to look at again. */
  readonly payloads: number;
}

interface MergedMeetingColumns {
  readonly pairing: Computed<string>;
  readonly id: 'match_registry.id';
  readonly ordinal: 'match_registry.ordinal';
  /** The day in the league's zone. */
  readonly date: Computed<string>;
  readonly isMerged: Computed<boolean>;
}

/** A registered match of one of the two teams. Meetings of equal `pairing` are of one pairing once the teams are one. */
export type MergedMeeting = Row<MergedMeetingColumns>;

/** Every registered match of either team. */
export async function meetingsOfBoth(
  client: pg.ClientBase,
  { keptId, mergedId }: MergedTeams,
): Promise<MergedMeeting[]> {
  const { rows } = await client.query<Row<MergedMeetingColumns>>(
    `select concat_ws('/', r.league_id, r.season, s.home, s.away) as pairing, r.id, r.ordinal,
       to_char(r.match_time at time zone l.time_zone, 'YYYY-MM-DD') as date,
       $2::integer in (r.home_team_id, r.away_team_id) as "isMerged"
     from match_registry r join leagues l on l.id = r.league_id
     cross join lateral (select
       case r.home_team_id when $2 then $1::integer else r.home_team_id end as home,
       case r.away_team_id when $2 then $1::integer else r.away_team_id end as away) as s
     where $1 in (r.home_team_id, r.away_team_id) or $2 in (r.home_team_id, r.away_team_id)
     order by r.id`,
    [keptId, mergedId],
  );
  return rows;
}

/** Throws {@link BadInput} where the two cannot be one: another country, met each other, merged already, or not there. Locks both. */
export async function refuseImpossible(
  client: pg.ClientBase,
  { keptId, mergedId }: MergedTeams,
): Promise<void> {
  const { rows } = await client.query<
    Row<{ id: 'teams.id'; country: 'teams.country'; mergedInto: 'team_merges.kept_team_id' | null }>
  >(
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

/** A match of the merged team, and the match of the kept team that it is. */
export interface FoldedMeeting {
  readonly id: number;
  readonly into: number;
}

/** A match of the merged team that is the kept team's from now on, and its ordinal there. */
export interface MovedMeeting {
  readonly id: number;
  readonly ordinal: number;
}

/**
 * Throws {@link BadInput} where one source has both of two matches that would be one in its files: two names of one source in one
 * season are two clubs.
 */
export async function refuseTwoOfOneSource(
  client: pg.ClientBase,
  { keptId, mergedId }: MergedTeams,
  folds: readonly FoldedMeeting[],
): Promise<void> {
  const { rows } = await client.query<
    Row<{
      dataSource: 'fixture_revisions.data_source';
      season: 'match_registry.season';
      kept: 'teams.name';
      merged: 'teams.name';
      opponent: 'teams.name';
    }>
  >(
    `with folds as (
       select * from unnest($3::bigint[], $4::bigint[]) as f (id, into_id)
     ), present as materialized (
       select match_id, data_source
       from latest_revisions($3::bigint[] || $4::bigint[], 'infinity') where source_present
     )
     select p.data_source as "dataSource", r.season, k.name as kept, m.name as merged, o.name as opponent
     from folds f
     join present p on p.match_id = f.id
     join present q on q.match_id = f.into_id and q.data_source = p.data_source
     join match_registry r on r.id = f.id
     join teams k on k.id = $1 join teams m on m.id = $2
     join teams o on o.id = case r.home_team_id when $2 then r.away_team_id else r.home_team_id end
     order by f.id limit 1`,
    [keptId, mergedId, folds.map(({ id }) => id), folds.map(({ into }) => into)],
  );
  const [both] = rows;
  if (both === undefined) return;
  const { dataSource, season, kept, merged, opponent } = both;
  throw new BadInput(
    `${dataSource} tells of both ${kept} and ${merged} against ${opponent} in ${season}: that cannot be one match`,
    {
      object: `teams ${keptId} and ${mergedId}`,
      advice: 'Two names of one source in one season are two teams.',
    },
  );
}

/**
 * Makes one team of two: every name, alias, match, prediction and served feature of the merged one follows. Each row that changes is kept
 * in `team_merge_changes` as it was and as it became, so that {@link undoMerge} can take it back. What the folded matches had
 * is told again by refine.
 */
export async function applyMerge(
  client: pg.ClientBase,
  { keptId, mergedId, by, why }: TeamMerge,
  { folds, moves }: { readonly folds: readonly FoldedMeeting[]; readonly moves: readonly MovedMeeting[] },
): Promise<MergeOutcome> {
  const created = await client.query<Row<{ id: 'team_merges.id' }>>(
    `insert into team_merges (kept_team_id, merged_team_id, merged_by, reason) values ($1, $2, $3, $4) returning id`,
    [keptId, mergedId, by, why],
  );
  const mergeId = created.rows[0]?.id ?? 0;
  await client.query(
    `create temporary table merge_matches on commit drop as
     select id, into_id, null::smallint as ordinal from unnest($1::bigint[], $2::bigint[]) as f (id, into_id)
     union all
     select id, null, ordinal from unnest($3::bigint[], $4::smallint[]) as m (id, ordinal)`,
    [
      folds.map(({ id }) => id),
      folds.map(({ into }) => into),
      moves.map(({ id }) => id),
      moves.map(({ ordinal }) => ordinal),
    ],
  );
  const change = changeLog(client, mergeId);
  await mergeNames(client, change, { keptId, mergedId, by, why });
  await moveMatches(client, change, { keptId, mergedId });
  const keys = await foldMatches(client, change);
  return {
    mergeId,
    moved: moves.length,
    folded: folds.length,
    payloads: await refineKeysAgain(client, keys),
  };
}

/** Notes what will become of rows: a SELECT of `before` (null: the merge makes the row) and `after` (null: it takes it away). */
type RecordChange = (table: string, select: string, values?: readonly unknown[]) => Promise<void>;

function changeLog(client: pg.ClientBase, mergeId: number): RecordChange {
  return async (table, select, values = []) => {
    await client.query(
      `insert into team_merge_changes (merge_id, change_no, table_name, before, after)
       select ${mergeId}, (select count(*) from team_merge_changes where merge_id = ${mergeId}) + row_number() over (),
         '${table}', before, after
       from (${select}) as t`,
      [...values],
    );
  };
}

async function mergeNames(
  client: pg.ClientBase,
  change: RecordChange,
  { keptId, mergedId, by, why }: TeamMerge,
): Promise<void> {
  await change(
    'team_external_ids',
    `select to_jsonb(x) as before,
       to_jsonb(x) || jsonb_build_object('team_id', $2::integer, 'basis', 'merged', 'added_by', $3::text, 'reason', $4::text) as after
     from team_external_ids x where x.team_id = $1`,
    [mergedId, keptId, by, why],
  );
  await client.query(
    `update team_external_ids set team_id = $2, basis = 'merged', added_by = $3, reason = $4 where team_id = $1`,
    [mergedId, keptId, by, why],
  );
  // An alias that both have is one; the merged team's name becomes an alias, unless it is one.
  const isKept =
    'exists (select from team_aliases k where k.team_id = $2 and (k.country, k.alias) = (a.country, a.alias))';
  await change(
    'team_aliases',
    `select to_jsonb(a) as before,
       case when not ${isKept} then to_jsonb(a) || jsonb_build_object('team_id', $2::integer) end as after
     from team_aliases a where a.team_id = $1`,
    [mergedId, keptId],
  );
  await client.query(`delete from team_aliases a where a.team_id = $1 and ${isKept}`, [mergedId, keptId]);
  await client.query('update team_aliases set team_id = $2 where team_id = $1', [mergedId, keptId]);
  const named = await client.query<Row<{ alias: Computed<unknown> }>>(
    `insert into team_aliases as a (country, alias, team_id, added_by, reason)
     select country, name, $2::integer, $3::text, $4::text from teams where id = $1
     on conflict do nothing returning to_jsonb(a) as alias`,
    [mergedId, keptId, by, why],
  );
  for (const { alias } of named.rows) {
    await change('team_aliases', 'select null::jsonb as before, $1::jsonb as after', [JSON.stringify(alias)]);
  }
}

/** Matches that only the merged team has become the kept team's, id and all. */
async function moveMatches(
  client: pg.ClientBase,
  change: RecordChange,
  { keptId, mergedId }: MergedTeams,
): Promise<void> {
  const moved = 'merge_matches m where m.into_id is null';
  const ofKept = (side: string): string =>
    `case t.${side} when $1::integer then $2::integer else t.${side} end`;
  const [home, away] = [ofKept('home_team_id'), ofKept('away_team_id')];
  const teams = `home_team_id = ${home}, away_team_id = ${away}`;
  const as = (home: string, away: string, ordinal: string): string =>
    `jsonb_build_object('id', t.id, 'home_team_id', ${home}, 'away_team_id', ${away}, 'ordinal', ${ordinal})`;
  await change(
    'match_registry',
    `select ${as('t.home_team_id', 't.away_team_id', 't.ordinal')} as before, ${as(home, away, 'm.ordinal')} as after
     from match_registry t, ${moved} and t.id = m.id`,
    [mergedId, keptId],
  );
  await client.query(
    `update match_registry t set ${teams}, ordinal = m.ordinal from ${moved} and t.id = m.id`,
    [mergedId, keptId],
  );
  await client.query(`update matches t set ${teams} from ${moved} and t.id = m.id`, [mergedId, keptId]);
  await client.query(
    `update features t set team_id = $2 from ${moved} and t.match_id = m.id and t.team_id = $1`,
    [mergedId, keptId],
  );
  const { rows } = await client.query<Row<{ id: Computed<number> }>>(`select m.id from ${moved}`);
  await markMatches(
    client,
    rows.map(({ id }) => id),
  );
}

/**
 * Matches that both have are one: keys, predictions and quarantines go to the kept one, what was told of the other is told again of it. Returns the
 * keys that went.
 */
async function foldMatches(client: pg.ClientBase, change: RecordChange): Promise<readonly SourceKey[]> {
  const { rows } = await client.query<Row<{ id: Computed<number> }>>(
    `select id from merge_matches where into_id is not null order by id`,
  );
  await forgetTold(
    client,
    rows.map(({ id }) => id),
  );
  const onFolded = 'join merge_matches f on f.into_id is not null and f.id = t.match_id';
  const became = `to_jsonb(t) || jsonb_build_object('match_id', f.into_id)`;
  // The same prediction of both matches is one.
  const isKept = `exists (select from prediction_keys k where k.match_id = f.into_id
    and (k.model_name, k.model_version, k.feature_hash) = (t.model_name, t.model_version, t.feature_hash))`;
  await change(
    'prediction_keys',
    `select to_jsonb(t) as before, case when not ${isKept} then ${became} end as after from prediction_keys t ${onFolded}`,
  );
  await client.query(
    `delete from prediction_keys t using merge_matches f where f.into_id is not null and t.match_id = f.id and ${isKept}`,
  );
  await change(
    'predictions',
    `select jsonb_build_object('id', t.id, 'created_at', t.created_at, 'match_id', t.match_id) as before,
       jsonb_build_object('id', t.id, 'created_at', t.created_at, 'match_id', f.into_id) as after
     from predictions t ${onFolded}`,
  );
  await change(
    'match_external_ids',
    `select to_jsonb(t) as before, ${became} as after from match_external_ids t ${onFolded}`,
  );
  await change(
    'quarantines',
    `select jsonb_build_object('id', t.id, 'match_id', t.match_id) as before,
       jsonb_build_object('id', t.id, 'match_id', f.into_id) as after
     from ${followingQuarantines}`,
  );
  await foldQuarantines(client);
  for (const table of ['prediction_keys', 'predictions']) {
    await client.query(
      `update ${table} t set match_id = f.into_id from merge_matches f where f.into_id is not null and t.match_id = f.id`,
    );
  }
  const keys = await client.query<
    Row<{ dataSource: 'match_external_ids.data_source'; key: 'match_external_ids.external_id' }>
  >(
    `update match_external_ids t set match_id = f.into_id from merge_matches f
     where f.into_id is not null and t.match_id = f.id
     returning t.data_source as "dataSource", t.external_id as key`,
  );
  return keys.rows;
}
