drop function withdraw_matches(bigint[]);
drop function withdraw_findings(bigint[]);
drop function withdraw_last_seen(odds_last_seen[]);
drop function withdraw_rows(text, bigint[], bigint[]);
drop function adopt_objects();
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
grant execute on function close_partition(regclass) to public;

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
