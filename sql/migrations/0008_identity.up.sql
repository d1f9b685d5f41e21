-- How a source's name came to mean a team, who said so and why.
alter table team_external_ids
  add column basis varchar(20) not null default 'registered'
    check (basis in ('registered', 'exact', 'alias', 'normalised', 'reviewed', 'merged')),
  add column added_by varchar(100) not null default 'refine',
  add column reason text;
create index idx_team_external_ids_team on team_external_ids (team_id);

alter table league_external_ids
  add column added_by varchar(100) not null default 'declaration',
  add column reason text;

-- Other names of a team, as data: whoever adds one says why.
create table team_aliases (
  id bigint generated always as identity primary key,
  country varchar(100) not null,
  alias varchar(100) not null,
  team_id integer not null references teams (id),
  added_by varchar(100) not null,
  reason text not null,
  created_at timestamptz not null default now(),
  constraint uq_team_aliases unique (country, alias, team_id)
);
create index idx_team_aliases_team on team_aliases (team_id);

-- One team that was kept as two. What followed is in team_merge_changes, row by row, so that it can be undone: no `before`
-- where the merge made the row, no `after` where it took it away.
create table team_merges (
  id bigint generated always as identity primary key,
  kept_team_id integer not null references teams (id),
  merged_team_id integer not null references teams (id),
  merged_by varchar(100) not null,
  reason text not null,
  merged_at timestamptz not null default now(),
  undone_by varchar(100),
  undo_reason text,
  undone_at timestamptz,
  check (kept_team_id <> merged_team_id),
  check ((undone_at is null) = (undone_by is null))
);
create unique index uq_team_merges_open on team_merges (merged_team_id) where undone_at is null;

create table team_merge_changes (
  merge_id bigint not null references team_merges (id),
  change_no integer not null,
  table_name varchar(100) not null,
  before jsonb,
  after jsonb,
  primary key (merge_id, change_no),
  check (num_nonnulls(before, after) > 0)
);

-- The matches of a team, whichever side it plays on.
create index idx_match_registry_home_team on match_registry (home_team_id);
create index idx_match_registry_away_team on match_registry (away_team_id);

-- The payloads that wait for somebody's answer.
create index idx_raw_match_data_held on raw_match_data (data_source, id) where process_status = 'held';
