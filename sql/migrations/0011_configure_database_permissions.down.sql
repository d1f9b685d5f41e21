drop function withdraw_matches(bigint[]);
drop function withdraw_findings(bigint[]);
drop function withdraw_last_seen(odds_last_seen[]);
drop function withdraw_rows(text, bigint[], bigint[]);
drop function refuse_withdrawal(text, jsonb);
drop function refined_now(bigint[]);
drop function adopt_objects();
drop function close_function(regprocedure);
drop function grant_database();
drop function revoke_role_set(regclass, text[]);
drop function grant_role_set(regclass, text[]);
drop function give_role_set(regclass, text[]);
drop function role_set(text, regclass);
drop function record_permissions();
drop view v_permission_changes;
drop table permission_history;
drop view v_role_privileges;
drop view v_permission_audit;
create or replace function ensure_month_partitions(parent regclass, from_time timestamptz, to_time timestamptz)
returns integer
language plpgsql
set timezone = 'UTC'
as $$
declare
  parent_name text := (select relname from pg_class where oid = parent);
  partition_key text := (
    select attname
    from pg_partitioned_table as p
    join pg_attribute as a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
    where p.partrelid = parent
  );
  month_start timestamptz := date_trunc('month', from_time);
  month_end timestamptz;
  partition_name text;
  made integer := 0;
begin
  -- Two sessions that make the same month would collide; the lock ends with the transaction.
  perform pg_advisory_xact_lock(hashtext('ensure_month_partitions'), parent::oid::integer);
  while month_start <= to_time loop
    month_end := month_start + interval '1 month';
    partition_name := format('%s_%s', parent_name, to_char(month_start, 'YYYY_MM'));
    if to_regclass(format('%I', partition_name)) is null then
      execute format('create table %I (like %I including defaults including constraints)', partition_name, parent_name);
      execute format(
        'with moved as (delete from %I where %I >= %L and %I < %L returning *) insert into %I select * from moved',
        parent_name || '_default', partition_key, month_start, partition_key, month_end, partition_name
      );
      execute format(
        'alter table %I attach partition %I for values from (%L) to (%L)',
        parent_name, partition_name, month_start, month_end
      );
      made := made + 1;
    end if;
    month_start := month_end;
  end loop;
  return made;
end
$$;
drop function close_partition(regclass);
drop function grant_schemas();
drop function ensure_roles();

-- Functions are everyone's again, as they were made.
do $$
declare
  found record;
begin
  for found in
    select p.oid::regprocedure as name from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proacl is not null
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  loop
    execute format('grant execute on routine %s to public', found.name);
  end loop;
end
$$;

do $$
declare
  found record;
begin
  for found in
    select distinct d.defaclrole::regrole as owner, n.nspname, a.grantee::regrole as grantee,
      case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'n' then 'schemas' end as kind
    from pg_default_acl d cross join lateral aclexplode(d.defaclacl) as a left join pg_namespace n on n.oid = d.defaclnamespace
    where a.grantee <> 0 and a.grantee::regrole::text in ('football_reader', 'football_writer')
  loop
    execute format('alter default privileges for role %s %s revoke all on %s from %s', found.owner,
      case when found.nspname is null then '' else format('in schema %I', found.nspname) end, found.kind, found.grantee);
  end loop;
end
$$;

reassign owned by football_admin to current_user;
revoke all on all tables in schema public from football_reader, football_writer, football_admin;
revoke all on all sequences in schema public from football_reader, football_writer, football_admin;
revoke all on schema public from football_reader, football_writer, football_admin;

do $$
begin
  if to_regnamespace('lake_catalog') is not null then
    revoke all on all tables in schema lake_catalog from football_reader;
    revoke all on schema lake_catalog from football_reader;
  end if;
  execute format('revoke all on database %I from football_reader, football_writer, football_admin', current_database());
  execute format('grant temporary on database %I to public', current_database());
end
$$;

-- The roles go when nothing else on the server depends on them.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['football_admin', 'football_writer', 'football_reader'] loop
    begin
      execute format('drop role if exists %I', role_name);
    exception when dependent_objects_still_exist or insufficient_privilege or object_in_use then
      null;
    end;
  end loop;
end
$$;
