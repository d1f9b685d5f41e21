-- What a source says against what the house has: one row a run and source.
create table reconciliations (
  id bigint generated always as identity primary key,
  run_id varchar(200) not null,
  data_source varchar(100) not null,
  started_at timestamptz not null,
  -- Null: the run has not come to its end.
  ended_at timestamptz,
  found_count integer not null default 0 check (found_count >= 0),
  filled_count integer not null default 0 check (filled_count between 0 and found_count),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint uq_reconciliations_run unique (run_id, data_source)
);

create trigger tr_set_updated_at before update on reconciliations for each row execute function set_updated_at();

-- One row a match in which they differ.
create table reconciliation_gaps (
  id bigint generated always as identity primary key,
  reconciliation_id bigint not null references reconciliations (id),
  -- The list that was asked for.
  uri varchar(300) not null,
  -- Null for a row of which it cannot be told which match it is about.
  match_key varchar(100) collate "C",
  kind varchar(30) not null check (kind in ('missing_in_bronze', 'differing_in_bronze', 'missing_in_silver',
    'differing_in_silver', 'held', 'listed_no_more')),
  -- Of what the source says, in hex; empty where it says nothing any more.
  content varchar(64) not null,
  -- {"kickOff", "status", "homeScore", "awayScore"}; null: not told, or not readable.
  source_says jsonb,
  house_says jsonb,
  found_at timestamptz not null,
  filled_at timestamptz,
  -- Why it was left, where it was.
  left_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint uq_reconciliation_gaps unique nulls not distinct (reconciliation_id, uri, match_key, kind, content),
  check (filled_at is null or left_reason is null)
);

create trigger tr_set_updated_at before update on reconciliation_gaps for each row execute function set_updated_at();
