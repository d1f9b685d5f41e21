import type pg from 'pg';
import type { DeclaredDivision } from '../providers/provider.js';

/**
 * Registers the leagues that a provider speaks of under our codes, and its names for them; changes what is told otherwise
 * now.
 */
export async function declareLeagues(
  client: pg.ClientBase,
  dataSource: string,
  divisions: readonly DeclaredDivision[],
): Promise<void> {
  const leagues = divisions.map(({ league }) => league);
  await client.query(
    `with declared as (
       select distinct * from unnest($2::text[], $3::text[], $4::text[], $5::smallint[], $6::text[], $7::boolean[])
         as d (code, name, country, level, time_zone, is_simulated)
     ), changed as (
       insert into leagues as l (code, name, country, level, time_zone, is_simulated)
       select * from declared d
       where not exists (
         select from leagues known where (known.code, known.name, known.country, known.level, known.time_zone, known.is_simulated)
           = (d.code, d.name, d.country, d.level, d.time_zone, d.is_simulated))
       order by code
       on conflict (code) do update set name = excluded.name, country = excluded.country, level = excluded.level,
         time_zone = excluded.time_zone, is_simulated = excluded.is_simulated, updated_at = now()
       returning l.id
     )
     insert into lake_dirty_partitions as mark (table_name, month)
     select 'leagues', date '1970-01-01' where $1::text is not null and exists (select from changed)
     on conflict (table_name, month) do update set version = mark.version + 1, marked_at = now()`,
    [
      dataSource,
      leagues.map(({ code }) => code),
      leagues.map(({ name }) => name),
      leagues.map(({ country }) => country),
      leagues.map(({ level }) => level),
      leagues.map(({ timeZone }) => timeZone),
      leagues.map(({ isSimulated }) => isSimulated),
    ],
  );
  await client.query(
    `insert into league_external_ids (data_source, external_id, league_id)
     select $1, d.external_id, l.id
     from unnest($2::text[], $3::text[]) as d (external_id, code) join leagues l using (code)
     order by d.external_id
     on conflict (data_source, external_id) do nothing`,
    [dataSource, divisions.map(({ externalId }) => externalId), leagues.map(({ code }) => code)],
  );
}
