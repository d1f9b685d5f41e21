-- What was backed up when, and what became of it. A backup that is told of here and is no longer on disk was not removed by us.
create table backup_runs (
  id bigint generated always as identity,
  kind varchar(20) not null check (kind in ('full', 'incremental', 'wal')),
  method varchar(20) not null check (method in ('dump', 'base', 'shipping', 'chain')),
  database_name varchar(63) not null,
  -- As its metadata is called; null until it has one.
  name varchar(60),
  -- Of the folder's owner: a ledger that was restored elsewhere tells of backups that lie elsewhere.
  place text not null,
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  outcome varchar(20) not null default 'running' check (outcome in ('running', 'succeeded', 'failed')),
  error_type varchar(30),
  error_message text,
  metadata_sha256 varchar(64) check (metadata_sha256 ~ '^[0-9a-f]{64}$'),
  size_bytes bigint check (size_bytes >= 0),
  verified_at timestamptz,
  uploaded_at timestamptz,
  -- By retention.
  removed_at timestamptz,
  constraint pk_backup_runs primary key (id),
  constraint ck_backup_runs_ended check ((outcome = 'running') = (ended_at is null)),
  constraint ck_backup_runs_succeeded check (outcome <> 'succeeded' or (name is not null and metadata_sha256 is not null and size_bytes is not null)),
  constraint ck_backup_runs_failed check ((outcome = 'failed') = (error_type is not null))
);

create unique index ux_backup_runs_name on backup_runs (place, name) where name is not null;
create index idx_backup_runs_kind on backup_runs (kind, ended_at desc);

-- The admin makes backups: it owns what is dumped, copies the whole server, and has the WAL switched. Where whoever migrates may not give that, the owner of the server does.
do $$
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    begin
      if not (select rolreplication from pg_roles where rolname = 'football_admin') then
        alter role football_admin replication;
      end if;
      if not pg_has_role('football_admin', 'pg_monitor', 'member') then
        grant pg_monitor to football_admin;
      end if;
    exception when unique_violation or internal_error then
      -- Another database of the same server did so in this moment.
      null;
    end;
    grant execute on function pg_switch_wal() to football_admin;
  end if;
end
$$;
