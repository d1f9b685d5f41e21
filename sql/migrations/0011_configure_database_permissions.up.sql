-- The roles belong to the server, not to the database: another database may have them, or make them at this moment, and a copy of
-- the database comes to a server without them. They get no password here: that is set from the environment, or from the home,
-- when the database is prepared.
create function ensure_roles()
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
  role_name text;
begin
  foreach role_name in array array['football_reader', 'football_writer', 'football_admin'] loop
    begin
      if to_regrole(role_name) is null then
        execute format('create role %I login', role_name);
      end if;
    exception when duplicate_object or unique_violation then
      null;
    end;
    -- Whoever migrates without being a superuser has to belong to the roles: to give tables away and still alter them.
    begin
      if not pg_has_role(current_user, role_name, 'usage') then
        execute format('grant %I to current_user', role_name);
      end if;
    exception when unique_violation then
      null;
    end;
  end loop;
exception when insufficient_privilege then
  raise exception '% may not make the roles football_reader, football_writer and football_admin, or join them', current_user
    using errcode = 'insufficient_privilege',
      hint = format('Give %I CREATEROLE, or have a superuser create the three with LOGIN and grant them to %I.', current_user, current_user);
end
$$;

select ensure_roles();

-- What the roles may do with the schemas, and with what comes later: made by the admin, in any schema (the lake makes its catalogue's),
-- and by whoever migrates.
create function grant_schemas()
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
  -- Before Postgres 15 everyone could create in it.
  revoke create on schema public from public;
  grant usage on schema public to football_reader, football_writer;
  grant all on schema public to football_admin;
  if to_regnamespace('lake_catalog') is not null then
    if (select nspowner from pg_namespace where nspname = 'lake_catalog') <> 'football_admin'::regrole then
      alter schema lake_catalog owner to football_admin;
    end if;
    grant usage on schema lake_catalog to football_reader;
  end if;
  alter default privileges for role football_admin grant usage on schemas to football_reader;
  alter default privileges for role football_admin grant select on tables to football_reader;
  alter default privileges for role football_admin in schema public grant select, insert, update on tables to football_writer;
  alter default privileges for role football_admin in schema public grant usage, select on sequences to football_writer;
  alter default privileges in schema public grant select on tables to football_reader;
  alter default privileges in schema public grant select, insert, update on tables to football_writer;
  alter default privileges in schema public grant usage, select on sequences to football_writer;
end
$$;

-- A partition is reached through its table alone: what default privileges gave on it when it was made is taken back.
create function close_partition(closed regclass)
returns void
language plpgsql
as $$
declare
  grantee text;
begin
  for grantee in
    select distinct case a.grantee when 0 then 'public' else a.grantee::regrole::text end
    from pg_class c cross join lateral aclexplode(c.relacl) as a
    where c.oid = closed and a.grantee <> c.relowner
  loop
    execute format('revoke all on table %s from %s', closed, grantee);
  end loop;
end
$$;

-- As before, and each partition is closed. The default partition is locked before its rows are moved: one that came between the
-- moving and the attaching would refuse the new partition.
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
      -- In the order of ATTACH PARTITION.
      execute format('lock table only %I in share update exclusive mode', parent_name);
      execute format('lock table %I in access exclusive mode', parent_name || '_default');
      execute format(
        'with moved as (delete from %I where %I >= %L and %I < %L returning *) insert into %I select * from moved',
        parent_name || '_default', partition_key, month_start, partition_key, month_end, partition_name
      );
      execute format(
        'alter table %I attach partition %I for values from (%L) to (%L)',
        parent_name, partition_name, month_start, month_end
      );
      perform close_partition(partition_name::regclass);
      made := made + 1;
    end if;
    month_start := month_end;
  end loop;
  return made;
end
$$;

-- Who has which privilege on which object, as granted. An owner's own privileges are one line, OWNER.
create view v_permission_audit as
with granted as (
  select case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end
      as object_kind,
    n.nspname::text as object_schema, c.relname::text as object_name, c.relispartition as is_partition,
    c.relowner as owner, coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)) as acl
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname in ('public', 'lake_catalog') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all
  select 'function', n.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', false,
    p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname in ('public', 'lake_catalog')
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  union all
  select 'schema', n.nspname, n.nspname, false, n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner))
  from pg_namespace n where n.nspname in ('public', 'lake_catalog')
  union all
  select 'database', null, d.datname, false, d.datdba, coalesce(d.datacl, acldefault('d', d.datdba))
  from pg_database d where d.datname = current_database()
  union all
  select 'default', n.nspname,
    case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'n' then 'schemas'
      else 'types' end || ' of ' || d.defaclrole::regrole,
    false, d.defaclrole, d.defaclacl
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
)
select object_kind, object_schema, object_name, is_partition, owner::regrole::text as owner,
  owner::regrole::text as grantee, 'OWNER' as privilege, true as is_grantable, owner::regrole::text as grantor
from granted where object_kind <> 'default'
union all
select object_kind, object_schema, object_name, is_partition, owner::regrole::text,
  case a.grantee when 0 then 'public' else a.grantee::regrole::text end, a.privilege_type, a.is_grantable, a.grantor::regrole::text
from granted cross join lateral aclexplode(acl) as a
where a.grantee <> owner;

-- What each of the three may do with each object in effect: by its own grants, by ownership, by what everyone has.
create view v_role_privileges as
select r.rolname::text as role_name, n.nspname::text as object_schema, c.relname::text as object_name,
  case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as object_kind,
  c.relispartition as is_partition,
  case
    when c.relkind = 'S' then array(
      select p from unnest(array['SELECT', 'UPDATE', 'USAGE']) as p where has_sequence_privilege(r.oid, c.oid, p))
    else array(
      select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as p
      where has_table_privilege(r.oid, c.oid, p))
  end as privileges,
  pg_has_role(r.oid, c.relowner, 'usage') as may_alter
from pg_roles r
cross join pg_class c
join pg_namespace n on n.oid = c.relnamespace
where r.rolname in ('football_reader', 'football_writer', 'football_admin')
  and n.nspname in ('public', 'lake_catalog') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
union all
select r.rolname::text, n.nspname::text, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', 'function', false,
  case when has_function_privilege(r.oid, p.oid, 'EXECUTE') then array['EXECUTE'] else array[]::text[] end,
  pg_has_role(r.oid, p.proowner, 'usage')
from pg_roles r
cross join pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where r.rolname in ('football_reader', 'football_writer', 'football_admin') and n.nspname in ('public', 'lake_catalog')
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e');

-- Each line of v_permission_audit with the time in which it was seen; seen_until is null while it stands.
create table permission_history (
  id bigint generated always as identity primary key,
  object_kind varchar(20) not null,
  object_schema varchar(63),
  object_name text not null,
  grantee varchar(63) not null,
  privilege varchar(20) not null,
  is_grantable boolean not null,
  seen_from timestamptz not null default now(),
  seen_until timestamptz check (seen_until >= seen_from)
);

create unique index uq_permission_history_standing on permission_history
  (object_kind, coalesce(object_schema, ''), object_name, grantee, privilege, is_grantable) where seen_until is null;

create view v_permission_changes as
select seen_from as changed_at, 'granted' as change, object_kind, object_schema, object_name, grantee, privilege, is_grantable
from permission_history
union all
select seen_until, 'revoked', object_kind, object_schema, object_name, grantee, privilege, is_grantable
from permission_history where seen_until is not null;

-- Compares the privileges as they are with those last seen, and notes what came and went. Returns how many did.
create function record_permissions()
returns integer
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
  gone integer;
  come integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('touchline.permissions', 0));
  update permission_history h set seen_until = now()
  where h.seen_until is null and not exists (
    select from v_permission_audit a
    where (a.object_kind, coalesce(a.object_schema, ''), a.object_name, a.grantee, a.privilege, a.is_grantable)
      = (h.object_kind, coalesce(h.object_schema, ''), h.object_name, h.grantee, h.privilege, h.is_grantable));
  get diagnostics gone = row_count;
  insert into permission_history (object_kind, object_schema, object_name, grantee, privilege, is_grantable)
  select distinct object_kind, object_schema, object_name, grantee, privilege, is_grantable from v_permission_audit
  on conflict do nothing;
  get diagnostics come = row_count;
  return gone + come;
end
$$;

-- What a role is granted on an object of that kind, as GRANT writes it; null: nothing. What tells which migrations ran and who was
-- granted what is not the writer's to rewrite.
create function role_set(role_name text, relation regclass)
returns text
language sql
stable
set search_path = pg_catalog, public, pg_temp
as $$
  select case
    when role_name = 'football_reader' and c.relkind <> 'S' then 'select'
    when role_name = 'football_writer' and c.relkind = 'S' then 'usage, select'
    when role_name = 'football_writer' and (c.relkind in ('v', 'm')
      or c.relname in ('kysely_migration', 'kysely_migration_lock', 'permission_history')) then 'select'
    when role_name = 'football_writer' then 'select, insert, update'
  end
  from pg_class c where c.oid = relation
$$;

create function give_role_set(object regclass, role_names text[])
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
  kind text := (select case relkind when 'S' then 'sequence' else 'table' end from pg_class where oid = object);
  role_name text;
begin
  foreach role_name in array role_names loop
    -- Exactly that set: default privileges give on a view what they give on a table.
    execute format('revoke all on %s %s from %I', kind, object, role_name);
    if role_set(role_name, object) is not null then
      execute format('grant %s on %s %s to %I', role_set(role_name, object), kind, object, role_name);
    end if;
  end loop;
end
$$;

-- Grants reader and writer, or those named, what belongs to their role on a table, view or sequence, and no more.
create function grant_role_set(object regclass, role_names text[] default array['football_reader', 'football_writer'])
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
  if (select relispartition from pg_class where oid = object) then
    raise exception '% is a partition: it is reached through its table', object using errcode = 'invalid_grant_operation';
  end if;
  if not role_names <@ array['football_reader', 'football_writer'] then
    raise exception 'football_reader and football_writer have a set of grants, and % was asked for', role_names
      using errcode = 'invalid_parameter_value';
  end if;
  perform give_role_set(object, role_names);
  perform record_permissions();
end
$$;

-- Takes from reader and writer, or those named, all they have on a table, view or sequence.
create function revoke_role_set(object regclass, role_names text[] default array['football_reader', 'football_writer'])
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
  kind text := (select case relkind when 'S' then 'sequence' else 'table' end from pg_class where oid = object);
  role_name text;
begin
  foreach role_name in array role_names loop
    execute format('revoke all on %s %s from %I', kind, object, role_name);
  end loop;
  perform record_permissions();
end
$$;

-- What the roles may do with the database itself, which no copy and no restore of it carries along. Everyone may make temporary
-- tables by default: of the three, the writer does (the stages of a batch) and the admin.
create function grant_database()
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
begin
  if has_database_privilege('football_admin', current_database(), 'create')
    and has_database_privilege('football_writer', current_database(), 'temporary')
    and has_database_privilege('football_writer', current_database(), 'connect')
    and has_database_privilege('football_reader', current_database(), 'connect')
    and not has_database_privilege('football_reader', current_database(), 'temporary') then
    return;
  end if;
  execute format('revoke temporary on database %I from public', current_database());
  execute format('grant connect on database %I to football_reader', current_database());
  execute format('grant connect, temporary on database %I to football_writer', current_database());
  execute format('grant all on database %I to football_admin', current_database());
end
$$;

-- A function that changes something (volatile, as everything is that is not declared otherwise) is the admin's alone; one that
-- runs with the admin's rights is for the writer. Functions that only read stay everyone's.
create function close_function(closed regprocedure)
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
  lends_rights boolean := (select prosecdef from pg_proc where oid = closed);
begin
  execute format('revoke all on routine %s from public, football_reader, football_writer', closed);
  if lends_rights then
    execute format('grant execute on routine %s to football_writer', closed);
  end if;
end
$$;

-- Makes the database the house's, whatever it is: one that migrations have changed, one restored under another owner, without its
-- grants or on a server without the roles. What the admin does not own yet, and what nobody was ever granted, gets its owner and the
-- grants that belong to it; partitions are closed. Called after migrating, by whoever migrates; what an admin revoked on an
-- object stays revoked.
create function adopt_objects()
returns void
language plpgsql
set search_path = pg_catalog, public, pg_temp
as $$
declare
  found record;
begin
  perform pg_advisory_xact_lock(hashtextextended('touchline.permissions', 0));
  perform ensure_roles();
  perform grant_database();
  perform grant_schemas();
  for found in
    select c.oid::regclass as name, c.relispartition, n.nspname = 'public' as is_ours,
      case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end as kind
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'lake_catalog') and c.relkind in ('r', 'p', 'v', 'm', 'S')
      and (c.relowner <> 'football_admin'::regrole
        or c.relacl is null and not c.relispartition and (n.nspname = 'public' or c.relkind <> 'S'))
      -- An extension's belong to it.
      and not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      order by c.relkind = 'S', c.oid
  loop
    -- A column's own sequence goes with its table.
    if found.kind <> 'sequence' or not exists (
      select from pg_depend d
      where d.classid = 'pg_class'::regclass and d.objid = found.name and d.refclassid = 'pg_class'::regclass
        and d.deptype in ('a', 'i')) then
      execute format('alter %s %s owner to football_admin', found.kind, found.name);
    end if;
    if found.is_ours and not found.relispartition then
      perform give_role_set(found.name, array['football_reader', 'football_writer']);
    elsif not found.is_ours and found.kind <> 'sequence' then
      execute format('grant select on table %s to football_reader', found.name);
    end if;
  end loop;
  for found in
    select p.oid::regprocedure as name, p.provolatile = 'v' or p.prosecdef as is_closed
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and (p.proowner <> 'football_admin'::regrole or p.proacl is null and (p.provolatile = 'v' or p.prosecdef))
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  loop
    execute format('alter routine %s owner to football_admin', found.name);
    if found.is_closed then
      perform close_function(found.name);
    end if;
  end loop;
  perform close_partition(c.oid)
  from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relispartition and c.relacl is not null;
  perform record_permissions();
end
$$;

-- The writer may not delete. What refine has to take away goes through the functions below, which run with the admin's rights: rows
-- of these tables alone, and only of what a source is told anew in this very transaction. A payload whose processing this transaction
-- has noted says so: its row is of this transaction, and everything that was told before can be told again from it.
create function refined_now(match_ids bigint[])
returns table (match_id bigint, data_source varchar)
language sql
stable
set search_path = pg_catalog, public, pg_temp
as $$
  select distinct x.match_id, x.data_source
  from match_external_ids x
  join raw_match_data r on r.data_source = x.data_source and r.external_match_id = x.external_id
  where x.match_id = any(match_ids) and r.process_status in ('done', 'held') and r.xmin = pg_current_xact_id()::xid
$$;

create function refuse_withdrawal(from_table text, refused jsonb)
returns void
language plpgsql
as $$
begin
  raise exception 'Rows of % are withdrawn by the transaction that refines their payloads, and no other', from_table using
    errcode = '23T07', constraint = 'withdrawn_while_refined', table = from_table, detail = refused::text;
end
$$;

create function withdraw_rows(from_table text, match_ids bigint[], row_ids bigint[])
returns void
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  refused jsonb;
begin
  if from_table not in ('fixture_revisions', 'match_statistics', 'odds') then
    raise exception 'Rows of % are not withdrawn', from_table using errcode = 'insufficient_privilege';
  end if;
  -- The ids as a list: odds has hundreds of partitions, and a join would be planned to read them all.
  execute format(
    'with gone as (delete from %I where match_id = any($1) and id = any($2) returning match_id, data_source)
     select to_jsonb(g) from gone g where (match_id, data_source) not in (select n.match_id, n.data_source from refined_now($1) n) limit 1',
    from_table) into refused using match_ids, row_ids;
  if refused is not null then
    perform refuse_withdrawal(from_table, refused);
  end if;
end
$$;

create function withdraw_last_seen(gone odds_last_seen[])
returns void
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  refused jsonb;
begin
  select to_jsonb(g) into refused
  from unnest(gone) as g
  where (g.match_id, g.data_source) not in (
    select n.match_id, n.data_source from refined_now(array(select match_id from unnest(gone))) n)
  limit 1;
  if refused is not null then
    perform refuse_withdrawal('odds_last_seen', refused);
  end if;
  delete from odds_last_seen t using unnest(gone) as g
  where t.match_id = g.match_id and t.data_source = g.data_source and t.bookmaker = g.bookmaker
    and t.market_type = g.market_type and t.price_phase = g.price_phase and t.line_value is not distinct from g.line_value;
end
$$;

-- Findings of refine about the payloads of a key that is told anew, or about a match on which a source is. What someone has handled
-- stays. Of whoever may delete them anyway nothing is asked: a changed precedence settles conflicts without a payload.
create function withdraw_findings(finding_ids bigint[])
returns void
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  refused jsonb;
begin
  with gone as materialized (
    delete from data_quality_logs
    where id = any(finding_ids) and handled_at is null
      and table_name in ('matches', 'fixture_revisions', 'match_statistics', 'odds')
    returning id, record_id, case error_type when 'source_conflict' then (error_data ->> 'match_id')::bigint end as match_id
  ), told as (
    select n.match_id from refined_now(array(select match_id from gone where match_id is not null)) n
  )
  select to_jsonb(g) into refused
  from gone g
  where not exists (
      select from raw_match_data r
      join raw_match_data n on n.data_source = r.data_source and n.external_match_id = r.external_match_id
      where r.id = g.record_id and n.process_status in ('done', 'held') and n.xmin = pg_current_xact_id()::xid)
    and not exists (select from told t where t.match_id = g.match_id)
  limit 1;
  if refused is not null and not pg_has_role(
    case current_setting('role') when 'none' then session_user::text else current_setting('role') end, 'football_admin', 'usage') then
    perform refuse_withdrawal('data_quality_logs', refused);
  end if;
end
$$;

-- A match that no source tells anything of any more; its place in the registry stays.
create function withdraw_matches(match_ids bigint[])
returns void
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  refused jsonb;
begin
  with gone as (
    delete from matches m
    where m.id = any(match_ids) and not exists (select from fixture_revisions f where f.match_id = m.id)
    returning m.id
  )
  select to_jsonb(g) into refused from gone g where id not in (select n.match_id from refined_now(match_ids) n) limit 1;
  if refused is not null then
    perform refuse_withdrawal('matches', refused);
  end if;
end
$$;

select adopt_objects();
