-- Append-only: each step of a restore, who took it and what came of it. A request and what became of it share `request`. A row is written
-- before what it tells of is done: with the databases' names it says what a killed swap left.
create table restore_audits (
  id uuid primary key default gen_random_uuid(),
  request uuid not null,
  -- planned and confirmed: by the two persons of a restore of production. swapping: the databases are about to change their names.
  event varchar(10) not null check (
    event in ('planned', 'confirmed', 'began', 'checked', 'swapping', 'swapped', 'undone', 'succeeded', 'failed')),
  mode varchar(10) not null check (mode in ('test', 'production', 'drill')),
  -- The backup's name below its root.
  file text not null,
  -- Where the log is replayed to; null: the file as it is.
  target_time timestamptz,
  person varchar(200) not null,
  -- The account of the operating system that the command ran under.
  os_user varchar(100) not null,
  happened_at timestamptz not null default clock_timestamp(),
  details jsonb not null default '{}'
);
create index ix_restore_audits_request on restore_audits (request, happened_at);
create index ix_restore_audits_happened_at on restore_audits (happened_at);
-- The second person confirms once.
create unique index ux_restore_audits_confirmed on restore_audits (request) where event = 'confirmed';
create unique index ux_restore_audits_planned on restore_audits (request) where event = 'planned';

create trigger tr_restore_audits_append_only before update or delete on restore_audits
  for each statement execute function refuse_change_of_history();

-- What a drill writes, one row a transaction, and looks for in what it restores: those that were committed before an instant, and no other.
create table restore_sentinels (
  id bigint generated always as identity primary key,
  drill uuid not null,
  -- What a row has to say is worked out from its id and this.
  salt integer not null,
  written_at timestamptz not null default clock_timestamp()
);
create index ix_restore_sentinels_drill on restore_sentinels (drill, id);
