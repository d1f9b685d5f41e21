-- Append-only: what was told online of a match, as it was told. Kept for 30 days.
create table served_feature_vectors (
  id bigint generated always as identity primary key,
  -- By the clock of who asked; created_at is the real time.
  served_at timestamptz not null,
  -- `match_prediction_v1`; the hash is that of its definition.
  service varchar(100) not null,
  schema_hash varchar(64) not null,
  -- Of match_registry, and no reference: a merge of teams may fold the match, and what was told of it stays told.
  match_id bigint not null,
  origin varchar(10) not null check (origin in ('online', 'computed')),
  cutoff timestamptz not null,
  as_of timestamptz not null check (as_of <= cutoff),
  lake_snapshot bigint not null,
  -- In the order of the service's columns. `json`, since jsonb has no -0.
  feature_values json not null check (json_typeof(feature_values) = 'array'),
  created_at timestamptz not null default now()
);

create index idx_served_feature_vectors_match on served_feature_vectors (match_id, served_at);
-- Rows come in the order of time: the smallest index there is finds those to remove.
create index idx_served_feature_vectors_created on served_feature_vectors using brin (created_at);

create trigger tr_served_feature_vectors_append_only before update on served_feature_vectors
  for each statement execute function refuse_change_of_history();

-- Append-only: how far vectors were compared with the lake, and what was found.
create table feature_skew_checks (
  id bigint generated always as identity primary key,
  run_id varchar(200) not null constraint uq_feature_skew_checks_run unique,
  checked_at timestamptz not null,
  -- The last vector that it looked at, by served_feature_vectors.id.
  served_until bigint not null,
  compared integer not null check (compared >= 0),
  -- Of a definition that is no more, or at a snapshot that the lake has no more.
  not_comparable integer not null check (not_comparable >= 0),
  -- [{"service", "compared", "features": [{"feature", "mismatches", "largest", "examples"}]}]
  services jsonb not null,
  created_at timestamptz not null default now()
);

create trigger tr_feature_skew_checks_append_only before update on feature_skew_checks
  for each statement execute function refuse_change_of_history();
