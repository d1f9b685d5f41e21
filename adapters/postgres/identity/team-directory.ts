import type pg from 'pg';
import type { Computed, Row } from '../row.js';

/** A team by the name that one source gives it. */
export interface SourceName {
  readonly dataSource: string;
  readonly country: string;
  readonly name: string;
}

/** How a name came to mean a team. */
export type IdentityBasis = 'registered' | 'exact' | 'alias' | 'normalised' | 'reviewed' | 'merged';

export interface NamedTeam extends SourceName {
  readonly teamId: number;
  readonly basis: IdentityBasis;
  readonly addedBy: string;
  readonly reason: string | null;
}

/** `team_external_ids.external_id` of a name: sources of files know teams by name alone. */
export const externalTeamId = ({ country, name }: Pick<SourceName, 'country' | 'name'>): string =>
  `${country}/${name}`;

/** Waits until nobody else decides which team is which. The lock ends with the transaction. */
export async function lockIdentity(client: pg.ClientBase): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtextextended('touchline.identity', 3))`);
}

/** The teams of these names, by {@link externalTeamId}; names that mean no team yet are missing. */
export async function teamIdsOf(
  client: pg.ClientBase,
  dataSource: string,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<
    Row<{ externalId: 'team_external_ids.external_id'; teamId: 'team_external_ids.team_id' }>
  >(
    `select external_id as "externalId", team_id as "teamId" from team_external_ids
     where data_source = $1 and external_id = any($2::text[])`,
    [dataSource, externalIds],
  );
  return new Map(rows.map(({ externalId, teamId }) => [externalId, teamId]));
}

interface RegisteredTeamColumns {
  readonly id: 'teams.id';
  readonly name: 'teams.name';
  readonly aliases: Computed<readonly string[]>;
  /** Some name of the source means it. */
  readonly isNamed: Computed<boolean>;
}

/** Every team of a country with its other names: its aliases and what the sources call it. A merged team is not one. */
export async function teamsOf(
  client: pg.ClientBase,
  dataSource: string,
  country: string,
): Promise<Row<RegisteredTeamColumns>[]> {
  const { rows } = await client.query<Row<RegisteredTeamColumns>>(
    `select t.id, t.name, coalesce(array_agg(distinct a.alias order by a.alias) filter (where a.alias <> t.name), '{}') as aliases,
       exists (select from team_external_ids x where x.team_id = t.id and x.data_source = $2) as "isNamed"
     from teams t
     left join lateral (
       select alias from team_aliases where team_id = t.id
       union all
       select substr(external_id, length(t.country) + 2) from team_external_ids where team_id = t.id
     ) as a on true
     where t.country = $1
       and not exists (select from team_merges m where m.merged_team_id = t.id and m.undone_at is null)
     group by t.id, t.name
     order by t.id`,
    [country, dataSource],
  );
  return rows;
}

/** Says which team each name means from now on. A name that means one already keeps it. */
export async function nameTeams(client: pg.ClientBase, named: readonly NamedTeam[]): Promise<void> {
  if (named.length === 0) return;
  await client.query(
    `insert into team_external_ids (data_source, external_id, team_id, basis, added_by, reason)
     select * from unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::text[])
     on conflict do nothing`,
    [
      named.map(({ dataSource }) => dataSource),
      named.map(externalTeamId),
      named.map(({ teamId }) => teamId),
      named.map(({ basis }) => basis),
      named.map(({ addedBy }) => addedBy),
      named.map(({ reason }) => reason),
    ],
  );
}

/** Registers a team for each name (one for names that are equal), says that the name means it, and reports it. */
export async function registerTeams(client: pg.ClientBase, names: readonly SourceName[]): Promise<void> {
  if (names.length === 0) return;
  await client.query(
    `with named as (
       select * from unnest($1::text[], $2::text[], $3::text[]) as n (data_source, country, name)
     ), registered as (
       insert into teams (country, name)
       select distinct country, name from named order by country, name
       on conflict (country, name) do nothing
       returning id, country, name
     ), found as (
       select * from registered
       union all
       select t.id, t.country, t.name from teams t join (select distinct country, name from named) n using (country, name)
     ), identified as (
       insert into team_external_ids (data_source, external_id, team_id, basis, added_by, reason)
       select n.data_source, n.country || '/' || n.name, f.id, 'registered', 'refine', null
       from named n join found f using (country, name)
       order by 1, 2
       on conflict do nothing
       returning data_source, external_id, team_id
     ), reported as (
       insert into data_quality_logs (table_name, record_id, error_type, severity, error_data, error_message, finding_key)
       select 'teams', team_id, 'new_team', 'low',
         jsonb_build_object('data_source', data_source, 'external_id', external_id),
         'A team that no earlier payload named was registered: ' || external_id,
         sha256(convert_to('new_team/' || data_source || '/' || external_id, 'UTF8'))
       from identified order by data_source, external_id
       on conflict do nothing
     )
     insert into lake_dirty_partitions as mark (table_name, month)
     select 'teams', date '1970-01-01' where exists (select from identified)
     on conflict (table_name, month) do update set version = mark.version + 1, marked_at = now()`,
    [
      names.map(({ dataSource }) => dataSource),
      names.map(({ country }) => country),
      names.map(({ name }) => name),
    ],
  );
}
