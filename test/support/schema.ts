import { openDatabase } from '../../adapters/postgres/open-database.js';

/**
 * All that the migrations made: columns, constraints, indexes, functions with their text, triggers, views, materialised views,
 * partitions, sequences, and who may do what.
 */
export async function schemaOf(url: string): Promise<string[]> {
  // Grants that were never touched and the same grants made anew are one state: pg_dump tells no difference either.
  const rights = (acl: string, kind: string, owner: string): string =>
    `${owner}::regrole, (select string_agg(a::text, ' ' order by a::text) from unnest(coalesce(${acl}, acldefault(${kind}, ${owner}))) a)`;
  const ofRelation = rights('relacl', `(case relkind when 'S' then 's' else 'r' end)::"char"`, 'relowner');
  const { pool } = openDatabase(url, { applicationName: 'test', max: 1 });
  const { rows } = await pool.query<{ line: string }>(`
    with ours as (
      select * from pg_class where relnamespace = 'public'::regnamespace and relname not like 'kysely%'
    )
    select concat_ws(' ', 'column', table_name, column_name, data_type, character_maximum_length, collation_name,
        is_nullable, column_default, is_identity, identity_generation) as line
      from information_schema.columns where table_schema = 'public' and table_name not like 'kysely%'
    union all select concat_ws(' ', 'relation', relname, relkind, relispartition, pg_get_expr(relpartbound, oid),
        pg_get_partkeydef(oid), ${ofRelation}) from ours
    union all select concat_ws(' ', 'inherits', inhrelid::regclass, inhparent::regclass)
      from pg_inherits where inhrelid in (select oid from ours)
    union all select concat_ws(' ', 'constraint', conrelid::regclass, conname, conislocal, pg_get_constraintdef(oid))
      from pg_constraint where conrelid in (select oid from ours)
    union all select concat_ws(' ', 'index', indexdef) from pg_indexes
      where schemaname = 'public' and tablename not like 'kysely%'
    union all select concat_ws(' ', 'function', pg_get_functiondef(oid), ${rights('proacl', `'f'`, 'proowner')})
      from pg_proc where pronamespace = 'public'::regnamespace and prokind = 'f'
    union all select concat_ws(' ', 'trigger', pg_get_triggerdef(oid), tgenabled)
      from pg_trigger where not tgisinternal and tgrelid in (select oid from ours)
    union all select concat_ws(' ', 'view', relname, pg_get_viewdef(oid)) from ours where relkind in ('v', 'm')
    union all select concat_ws(' ', 'sequence', sequencename, data_type, start_value, increment_by, max_value)
      from pg_sequences where schemaname = 'public'
    union all select concat_ws(' ', 'default privileges', defaclobjtype, defaclacl::text) from pg_default_acl
    union all select concat_ws(' ', 'extension', extname) from pg_extension
    union all select concat_ws(' ', 'schema', nspname, nspacl::text) from pg_namespace
      where nspname !~ '^pg_(toast|temp)'
    order by 1`);
  await pool.end();
  return rows.map(({ line }) => line);
}
