-- The roles belong to the server, and other databases of it may still make backups: they keep what they were given.
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    revoke execute on function pg_switch_wal() from football_admin;
  end if;
end
$$;
drop table backup_runs;
