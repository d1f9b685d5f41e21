-- What providers say, as it came, beside raw_match_data. collected_at is the record's own: it is part of what makes a quote one row.
create table raw_odds_data (
  id bigint generated always as identity,
  data_source varchar(100) not null,
  raw_data jsonb not null,
  collected_at timestamptz not null,
  processed boolean not null default false,
  external_match_id varchar(100) collate "C",
  bookmaker varchar(100),
  market_type varchar(50),
  dedup_key bytea not null,
  process_status varchar(20) not null default 'pending'
    check (process_status in ('pending', 'done', 'held', 'rejected')),
  process_error text,
  created_at timestamptz not null default now(),
  primary key (id, collected_at),
  constraint uq_raw_odds_data_dedup_key unique (dedup_key, collected_at)
) partition by range (collected_at);

create table raw_odds_data_default partition of raw_odds_data default;

create index idx_raw_odds_data_pending on raw_odds_data (id) where process_status = 'pending';

create table raw_scores_data (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null,
  raw_data jsonb not null,
  collected_at timestamptz not null,
  processed boolean not null default false,
  external_match_id varchar(100) collate "C",
  match_status varchar(50),
  home_score integer,
  away_score integer,
  match_minute integer,
  -- When the provider last changed it, where it says so.
  provider_updated_at timestamptz,
  dedup_key bytea not null,
  process_status varchar(20) not null default 'pending'
    check (process_status in ('pending', 'done', 'held', 'rejected')),
  process_error text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint uq_raw_scores_data_dedup_key unique (dedup_key)
);

create index idx_raw_scores_data_pending on raw_scores_data (id) where process_status = 'pending';

create table raw_lineups_data (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null,
  raw_data jsonb not null,
  collected_at timestamptz not null,
  processed boolean not null default false,
  external_match_id varchar(100) collate "C",
  dedup_key bytea not null,
  process_status varchar(20) not null default 'pending'
    check (process_status in ('pending', 'done', 'held', 'rejected')),
  process_error text,
  created_at timestamptz not null default now(),
  constraint uq_raw_lineups_data_dedup_key unique (dedup_key)
);

create index idx_raw_lineups_data_pending on raw_lineups_data (id) where process_status = 'pending';

create table raw_injuries_data (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null,
  raw_data jsonb not null,
  collected_at timestamptz not null,
  processed boolean not null default false,
  external_match_id varchar(100) collate "C",
  dedup_key bytea not null,
  process_status varchar(20) not null default 'pending'
    check (process_status in ('pending', 'done', 'held', 'rejected')),
  process_error text,
  created_at timestamptz not null default now(),
  constraint uq_raw_injuries_data_dedup_key unique (dedup_key)
);

create index idx_raw_injuries_data_pending on raw_injuries_data (id) where process_status = 'pending';

create table raw_weather_data (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null,
  raw_data jsonb not null,
  collected_at timestamptz not null,
  processed boolean not null default false,
  external_match_id varchar(100) collate "C",
  dedup_key bytea not null,
  process_status varchar(20) not null default 'pending'
    check (process_status in ('pending', 'done', 'held', 'rejected')),
  process_error text,
  created_at timestamptz not null default now(),
  constraint uq_raw_weather_data_dedup_key unique (dedup_key)
);

create index idx_raw_weather_data_pending on raw_weather_data (id) where process_status = 'pending';

create trigger tr_set_updated_at before update on raw_scores_data for each row execute function set_updated_at();

create trigger tr_raw_odds_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_odds_data for each statement execute function refuse_change_of_history();
create trigger tr_raw_scores_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_scores_data for each statement execute function refuse_change_of_history();
create trigger tr_raw_lineups_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_lineups_data for each statement execute function refuse_change_of_history();
create trigger tr_raw_injuries_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_injuries_data for each statement execute function refuse_change_of_history();
create trigger tr_raw_weather_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_weather_data for each statement execute function refuse_change_of_history();
