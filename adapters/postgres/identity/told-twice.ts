import type pg from 'pg';
import { moveFindings, readFindings } from '../review/findings.js';
import type { Computed, Row } from '../row.js';
import type { LeagueSeason } from './pending-names.js';

export const toldTwiceType = 'team_told_twice';

const findingKey = (first: string, second: string): string =>
  `sha256(convert_to(concat_ws('/', '${toldTwiceType}', least(${first}, ${second}), greatest(${first}, ${second})), 'UTF8'))`;

/** Of these seasons, those that more than one source tells. */
export async function sharedSeasons(
  client: pg.ClientBase,
  seasons: readonly LeagueSeason[],
): Promise<LeagueSeason[]> {
  const { rows } = await client.query<Row<{ leagueId: Computed<number>; season: Computed<string> }>>(
    `select s.league_id as "leagueId", s.season
     from (select distinct * from unnest($1::integer[], $2::text[]) as s (league_id, season)) as s
     where (
       select count(*) from league_external_ids x
       where x.league_id = s.league_id and exists (
         select from raw_match_data r
         where r.data_source = x.data_source
           and r.external_match_id >= (x.external_id || '/' || s.season || '/') collate "C"
           and r.external_match_id < (x.external_id || '/' || s.season || '0') collate "C")) > 1
     order by 1, 2`,
    [seasons.map(({ leagueId }) => leagueId), seasons.map(({ season }) => season)],
  );
  return rows;
}

/** Two teams that may be one, in a season of a league. */
export interface ToldTwice extends LeagueSeason {
  readonly first: { readonly dataSource: string; readonly teamId: number };
  readonly second: { readonly dataSource: string; readonly teamId: number };
  readonly coinciding: number;
}

/** Asks whether two teams are one: once for each two. The finding says which command makes them one. */
export async function suggestMerges(client: pg.ClientBase, pairs: readonly ToldTwice[]): Promise<void> {
  if (pairs.length === 0) return;
  await client.query(
    `insert into data_quality_logs (table_name, record_id, error_type, severity, error_data, error_message,
       requires_manual_review, finding_key)
     select 'teams', null, '${toldTwiceType}', 'high',
       jsonb_build_object('dataSource', p.second_source, 'country', l.country, 'divisions', jsonb_build_array(l.code),
         'seasons', jsonb_build_array(p.season), 'coinciding', p.coinciding, 'teams', jsonb_build_array(
           jsonb_build_object('teamId', a.id, 'name', a.name, 'dataSource', p.first_source),
           jsonb_build_object('teamId', b.id, 'name', b.name, 'dataSource', p.second_source))),
       format('%s of %s and %s of %s may be one team: %s fixtures of %s %s coincide, and each is two matches. '
           'If they are: touchline team merge %s %s --why "…"',
         a.name, p.first_source, b.name, p.second_source, p.coinciding, l.code, p.season, a.id, b.id),
       true, ${findingKey('a.id', 'b.id')}
     from unnest($1::integer[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::integer[], $7::integer[])
       as p (league_id, season, first_source, first_id, second_source, second_id, coinciding)
     join leagues l on l.id = p.league_id
     join teams a on a.id = p.first_id
     join teams b on b.id = p.second_id
     order by ${findingKey('a.id', 'b.id')}, p.season
     on conflict (finding_key) do nothing`,
    [
      pairs.map(({ leagueId }) => leagueId),
      pairs.map(({ season }) => season),
      pairs.map(({ first }) => first.dataSource),
      pairs.map(({ first }) => first.teamId),
      pairs.map(({ second }) => second.dataSource),
      pairs.map(({ second }) => second.teamId),
      pairs.map(({ coinciding }) => coinciding),
    ],
  );
}

/** Resolves the question whether two teams are one, where it is open: they were made one. */
export async function closeToldTwice(
  client: pg.ClientBase,
  { keptId, mergedId, by, why }: { keptId: number; mergedId: number; by: string; why: string },
): Promise<void> {
  const { rows } = await client.query<Row<{ id: 'data_quality_logs.id' }>>(
    `select id from data_quality_logs
     where finding_key = ${findingKey('$1::integer', '$2::integer')} and status in ('logged', 'in_review')`,
    [keptId, mergedId],
  );
  const findings = await readFindings(
    client,
    rows.map(({ id }) => id),
  );
  const details = { keptId, mergedId };
  await moveFindings(
    client,
    findings.map((finding) => ({ finding, to: 'resolved' as const, released: false, details })),
    { action: 'resolve', by, why },
  );
}
