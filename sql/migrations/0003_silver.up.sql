create table leagues (
  id integer generated always as identity primary key,
  code varchar(20) not null unique,
  name varchar(100) not null,
  country varchar(100) not null,
  level smallint not null,
  time_zone varchar(50) not null,
  is_simulated boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table league_external_ids (
  data_source varchar(100) not null,
  external_id varchar(100) not null,
  league_id integer not null references leagues (id),
  created_at timestamptz not null default now(),
  primary key (data_source, external_id)
);

create table teams (
  id integer generated always as identity primary key,
  name varchar(100) not null,
  league_id integer references leagues (id),
  country varchar(100) not null,
  home_venue varchar(200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (country, name)
);

create table team_external_ids (
  data_source varchar(100) not null,
  external_id varchar(200) not null,
  team_id integer not null references teams (id),
  created_at timestamptz not null default now(),
  primary key (data_source, external_id)
);

-- The one source of match ids. A match is (league, season, home, away, ordinal): some leagues repeat pairings.
create table match_registry (
  id bigint generated always as identity primary key,
  match_time timestamptz not null,
  league_id integer not null references leagues (id),
  season varchar(20) not null,
  home_team_id integer not null references teams (id),
  away_team_id integer not null references teams (id),
  ordinal smallint not null default 1 check (ordinal >= 1),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint uq_match_registry_id_time unique (id, match_time),
  constraint uq_match_registry_identity unique (league_id, season, home_team_id, away_team_id, ordinal)
);

create table match_external_ids (
  data_source varchar(100) not null,
  external_id varchar(100) collate "C" not null,
  match_id bigint not null references match_registry (id),
  created_at timestamptz not null default now(),
  primary key (data_source, external_id)
);

create index idx_match_external_ids_match on match_external_ids (match_id);

create table matches (
  id bigint not null,
  home_team_id integer not null references teams (id),
  away_team_id integer not null references teams (id),
  league_id integer not null references leagues (id),
  season varchar(20) not null,
  match_time timestamptz not null,
  kickoff_precision varchar(10) not null check (kickoff_precision in ('minute', 'day')),
  match_status varchar(20) not null default 'scheduled'
    check (match_status in ('scheduled', 'live', 'completed', 'postponed', 'cancelled', 'abandoned')),
  home_score integer,
  away_score integer,
  home_ht_score integer,
  away_ht_score integer,
  minute integer,
  venue varchar(200),
  referee varchar(100),
  weather varchar(100),
  source_present boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id, match_time),
  -- Updating the registry's time moves the match to its new partition.
  constraint fk_matches_registry foreign key (id, match_time) references match_registry (id, match_time)
    on update cascade deferrable initially deferred
) partition by range (match_time);

create table matches_default partition of matches default;

-- Append-only: one row per change of what a source says of a match.
create table fixture_revisions (
  id bigint generated always as identity primary key,
  match_id bigint not null references match_registry (id),
  data_source varchar(100) not null,
  known_at timestamptz not null,
  known_at_basis varchar(10) not null check (known_at_basis in ('observed', 'estimated')),
  raw_id bigint not null references raw_match_data (id),
  edition_id bigint references source_editions (id),
  match_time timestamptz not null,
  kickoff_precision varchar(10) not null check (kickoff_precision in ('minute', 'day')),
  match_status varchar(20) not null,
  home_score integer,
  away_score integer,
  home_ht_score integer,
  away_ht_score integer,
  venue varchar(200),
  referee varchar(100),
  source_present boolean not null default true,
  created_at timestamptz not null default now(),
  constraint uq_fixture_revisions unique (match_id, data_source, known_at)
);

create index idx_fixture_revisions_known on fixture_revisions (known_at);
create index idx_fixture_revisions_edition on fixture_revisions (edition_id);

-- Append-only, like fixture_revisions: the counts a source gives after the match.
create table match_statistics (
  id bigint generated always as identity primary key,
  match_id bigint not null references match_registry (id),
  data_source varchar(100) not null,
  known_at timestamptz not null,
  known_at_basis varchar(10) not null check (known_at_basis in ('observed', 'estimated')),
  raw_id bigint not null references raw_match_data (id),
  home_shots integer,
  away_shots integer,
  home_shots_on_target integer,
  away_shots_on_target integer,
  home_corners integer,
  away_corners integer,
  home_fouls integer,
  away_fouls integer,
  home_yellow_cards integer,
  away_yellow_cards integer,
  home_red_cards integer,
  away_red_cards integer,
  created_at timestamptz not null default now(),
  constraint uq_match_statistics unique (match_id, data_source, known_at)
);

create index idx_match_statistics_known on match_statistics (known_at);

-- Append-only. collected_at: when the price could be had. recorded_at: when this value of it was learnt
-- (later than collected_at where a price was corrected). A quote without prices takes the price back.
create table odds (
  id bigint generated always as identity,
  match_id bigint not null references match_registry (id),
  data_source varchar(100) not null,
  bookmaker varchar(100) not null,
  market_type varchar(50) not null check (market_type in ('1x2', 'over_under', 'asian_handicap')),
  quote_kind varchar(10) not null check (quote_kind in ('book', 'exchange', 'aggregate')),
  price_phase varchar(10) not null check (price_phase in ('prematch', 'closing', 'live')),
  home_odds numeric(10, 3),
  draw_odds numeric(10, 3),
  away_odds numeric(10, 3),
  over_odds numeric(10, 3),
  under_odds numeric(10, 3),
  line_value numeric(5, 2),
  suspicious_odds boolean not null default false,
  collected_at timestamptz not null,
  recorded_at timestamptz not null,
  known_at_basis varchar(10) not null check (known_at_basis in ('observed', 'estimated')),
  provider_updated_at timestamptz,
  raw_id bigint not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id, collected_at),
  constraint uq_odds_quote unique nulls not distinct
    (match_id, bookmaker, market_type, line_value, collected_at, recorded_at)
) partition by range (collected_at);

create table odds_default partition of odds default;

-- An unchanged price seen again moves this, not odds.
create table odds_last_seen (
  match_id bigint not null references match_registry (id),
  data_source varchar(100) not null,
  bookmaker varchar(100) not null,
  market_type varchar(50) not null,
  price_phase varchar(10) not null,
  line_value numeric(5, 2),
  last_seen_at timestamptz not null,
  constraint uq_odds_last_seen unique nulls not distinct
    (match_id, data_source, bookmaker, market_type, price_phase, line_value)
);

-- What publish has still to bring to the lake; `version` tells a mark renewed while publish was reading.
create table lake_dirty_partitions (
  table_name varchar(100) not null,
  month date not null check (month = date_trunc('month', month)),
  version bigint not null default 1,
  marked_at timestamptz not null default now(),
  primary key (table_name, month)
);
