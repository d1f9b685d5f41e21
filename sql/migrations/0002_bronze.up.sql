-- An edition is one state of one file: `uri` names the file (2122/E0.csv), wherever it was fetched from.
create table source_editions (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null,
  uri varchar(300) not null,
  edition_no integer not null check (edition_no >= 1),
  file_kind varchar(20) not null check (file_kind in ('season', 'fixtures')),
  -- What the file's name says of its rows; null where it carries several.
  season varchar(20),
  division varchar(100),
  sha256 char(64) not null,
  fetched_from text not null,
  etag text,
  edition_time timestamptz not null,
  edition_time_basis varchar(20) not null check (edition_time_basis in ('last_modified', 'file_time', 'fetched')),
  fetched_at timestamptz not null,
  encoding varchar(20) not null,
  header jsonb not null,
  run_id varchar(200) not null,
  row_count integer not null,
  stored_count integer not null,
  duplicate_count integer not null,
  held_count integer not null,
  created_at timestamptz not null default now(),
  unique (data_source, uri, edition_no),
  check (stored_count + duplicate_count + held_count = row_count)
);

create table raw_match_data (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null,
  raw_data jsonb not null,
  collected_at timestamptz not null,
  processed boolean not null default false,
  -- Compared byte by byte, so that `division/season/` is a range of the index in any locale.
  external_match_id varchar(100) collate "C",
  external_league_id varchar(100),
  match_time timestamptz,
  content_hash bytea not null,
  dedup_key bytea not null,
  process_status varchar(20) not null default 'pending'
    check (process_status in ('pending', 'done', 'held', 'rejected')),
  process_error text,
  created_at timestamptz not null default now(),
  constraint uq_raw_match_data_dedup_key unique (dedup_key)
);

create index idx_raw_match_data_pending on raw_match_data (id) where process_status = 'pending';
create index idx_raw_match_data_external on raw_match_data (data_source, external_match_id, id desc);

-- Which row of which edition is which stored payload; a line that repeats a stored payload points at it.
create table edition_rows (
  edition_id bigint not null references source_editions (id),
  row_no integer not null,
  raw_id bigint not null references raw_match_data (id),
  primary key (edition_id, row_no)
);

create index idx_edition_rows_raw on edition_rows (raw_id);

create index idx_source_editions_run on source_editions (run_id);

create table data_collection_logs (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null,
  collection_type varchar(50) not null,
  run_id varchar(200) not null unique,
  start_time timestamptz not null,
  end_time timestamptz,
  records_collected integer not null default 0,
  success_count integer not null default 0,
  error_count integer not null default 0,
  status varchar(20) not null default 'RUNNING' check (status in ('RUNNING', 'SUCCESS', 'PARTIAL', 'FAILED')),
  error_message text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table data_quality_logs (
  id bigint generated always as identity primary key,
  table_name varchar(100) not null,
  record_id bigint,
  error_type varchar(100) not null,
  severity varchar(20) not null default 'medium',
  error_data jsonb,
  error_message text,
  status varchar(20) not null default 'logged',
  requires_manual_review boolean not null default false,
  handled_by varchar(100),
  handled_at timestamptz,
  resolution_notes text,
  finding_key bytea not null,
  detected_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The same finding about the same payload is one row, however often a run repeats.
  constraint uq_data_quality_logs_finding unique (finding_key)
);
