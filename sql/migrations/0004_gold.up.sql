-- What is served: the features of the matches ahead, copied from lake gold at a named snapshot.
create table features (
  id bigint generated always as identity primary key,
  match_id bigint not null references match_registry (id),
  team_id integer not null references teams (id),
  team_type varchar(10) not null check (team_type in ('home', 'away')),
  recent_5_wins integer not null default 0,
  recent_5_draws integer not null default 0,
  recent_5_losses integer not null default 0,
  recent_5_goals_for integer not null default 0,
  recent_5_goals_against integer not null default 0,
  recent_5_points integer not null default 0,
  recent_5_home_wins integer not null default 0,
  recent_5_away_wins integer not null default 0,
  recent_5_home_goals_for integer not null default 0,
  recent_5_away_goals_for integer not null default 0,
  recent_5_win_rate double precision not null default 0,
  h2h_wins integer not null default 0,
  h2h_total_matches integer not null default 0,
  h2h_home_wins integer not null default 0,
  h2h_away_wins integer not null default 0,
  h2h_draws integer not null default 0,
  h2h_home_goals_total integer not null default 0,
  h2h_away_goals_total integer not null default 0,
  h2h_recent_5_home_wins integer not null default 0,
  h2h_recent_5_away_wins integer not null default 0,
  h2h_recent_5_draws integer not null default 0,
  h2h_goals_avg numeric(5, 2) not null default 0,
  home_odds_avg double precision,
  draw_odds_avg double precision,
  away_odds_avg double precision,
  home_implied_probability double precision,
  draw_implied_probability double precision,
  away_implied_probability double precision,
  implied_probability numeric(5, 4),
  bookmaker_count integer,
  bookmaker_consensus numeric(5, 4),
  market_efficiency double precision,
  feature_set_version varchar(50) not null,
  as_of timestamptz not null,
  season varchar(20) not null,
  lake_snapshot bigint not null,
  created_at timestamptz not null default now(),
  constraint uq_features unique (match_id, team_id, feature_set_version, as_of)
);

create table predictions (
  id bigint generated always as identity,
  match_id bigint not null references match_registry (id),
  model_version varchar(50) not null,
  model_name varchar(100) not null,
  home_win_probability numeric(5, 4) not null check (home_win_probability between 0 and 1),
  draw_probability numeric(5, 4) not null check (draw_probability between 0 and 1),
  away_win_probability numeric(5, 4) not null check (away_win_probability between 0 and 1),
  predicted_result varchar(10) not null check (predicted_result in ('home', 'draw', 'away')),
  confidence_score numeric(5, 4) not null,
  features_used jsonb not null,
  prediction_metadata jsonb not null,
  created_at timestamptz not null,
  actual_result varchar(10) check (actual_result in ('home', 'draw', 'away')),
  is_correct boolean,
  verified_at timestamptz,
  primary key (id, created_at),
  check (abs(home_win_probability + draw_probability + away_win_probability - 1) <= 0.001)
) partition by range (created_at);

create table predictions_default partition of predictions default;

-- Partitioned tables cannot hold this uniqueness; written in the same transaction as the prediction.
create table prediction_keys (
  match_id bigint not null references match_registry (id),
  model_name varchar(100) not null,
  model_version varchar(50) not null,
  feature_hash char(64) not null,
  created_at timestamptz not null,
  primary key (match_id, model_name, model_version, feature_hash)
);
