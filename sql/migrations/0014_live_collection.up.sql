-- Which key of bronze a source's own id of a match means: the first one it was given, whatever the source calls the teams since.
-- Prices, scores, line-ups and injuries name their match by that id.
create table source_match_ids (
  data_source varchar(100) not null,
  source_id varchar(100) collate "C" not null,
  external_match_id varchar(100) collate "C" not null,
  created_at timestamptz not null default now(),
  constraint pk_source_match_ids primary key (data_source, source_id)
);

create index idx_source_match_ids_key on source_match_ids (data_source, external_match_id);

insert into source_match_ids (data_source, source_id, external_match_id)
select distinct on (r.data_source, r.raw_data #>> '{fixture,id}')
  r.data_source, r.raw_data #>> '{fixture,id}', r.external_match_id
from raw_match_data r
where r.data_source = 'api_football' and r.match_time is not null and r.external_match_id is not null
  and r.raw_data #>> '{fixture,id}' is not null
order by r.data_source, r.raw_data #>> '{fixture,id}', r.id;

-- What a record is about within its match (a bookmaker's market and line, a team, a player, an hour), what it says there, and when it
-- was last said unchanged: the same again is no new row (A, B, A is three).
alter table raw_odds_data
  add column line_value numeric(5, 2),
  add column record_key varchar(300) not null,
  add column content_hash bytea not null,
  add column last_seen_at timestamptz not null;
alter table raw_scores_data
  add column record_key varchar(300) not null,
  add column content_hash bytea not null,
  add column last_seen_at timestamptz not null;
alter table raw_lineups_data
  add column record_key varchar(300) not null,
  add column content_hash bytea not null,
  add column last_seen_at timestamptz not null;
alter table raw_injuries_data
  add column record_key varchar(300) not null,
  add column content_hash bytea not null,
  add column last_seen_at timestamptz not null;
alter table raw_weather_data
  add column record_key varchar(300) not null,
  add column content_hash bytea not null,
  add column last_seen_at timestamptz not null;

create index idx_raw_odds_data_record on raw_odds_data (data_source, external_match_id, record_key, collected_at desc);
create index idx_raw_scores_data_record on raw_scores_data (data_source, external_match_id, record_key, collected_at desc);
create index idx_raw_lineups_data_record on raw_lineups_data (data_source, external_match_id, record_key, collected_at desc);
create index idx_raw_injuries_data_record on raw_injuries_data (data_source, external_match_id, record_key, collected_at desc);
create index idx_raw_weather_data_record on raw_weather_data (data_source, external_match_id, record_key, collected_at desc);

-- Rows that wait for their match to be known.
create index idx_raw_odds_data_held on raw_odds_data (data_source, external_match_id) where process_status = 'held';
create index idx_raw_scores_data_held on raw_scores_data (data_source, external_match_id) where process_status = 'held';

-- When a source was last asked about a subject (a league, a match), and how that went: for cadence, health and reconciliation.
create table provider_polls (
  data_source varchar(100) not null,
  kind varchar(20) not null check (kind in ('fixtures', 'scores', 'odds', 'lineups', 'injuries', 'weather')),
  subject varchar(200) not null,
  asked_at timestamptz not null,
  -- Null: no answer yet.
  answered_at timestamptz,
  etag text,
  told_count integer not null default 0 check (told_count >= 0),
  rejected_count integer not null default 0 check (rejected_count >= 0),
  -- Of those told, the ones that said something new.
  changed_count integer not null default 0 check (changed_count >= 0),
  -- Since when the answers tell nothing new; null while they do.
  unchanged_since timestamptz,
  failures_in_a_row integer not null default 0 check (failures_in_a_row >= 0),
  error_message text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pk_provider_polls primary key (data_source, kind, subject)
);

create trigger tr_set_updated_at before update on provider_polls for each row execute function set_updated_at();

-- The payload of a feed of scores that a revision's status and score are from; its kick-off, venue and referee are those of raw_id.
alter table fixture_revisions add column raw_score_id bigint references raw_scores_data (id);
create index idx_fixture_revisions_score on fixture_revisions (raw_score_id) where raw_score_id is not null;

-- The payload that a live price is from; raw_id is the one by which its match is known.
alter table odds add column raw_odds_id bigint;

-- Two sources may give one bookmaker's price at one instant.
alter table odds drop constraint uq_odds_quote;
alter table odds add constraint uq_odds_quote unique nulls not distinct
  (match_id, data_source, bookmaker, market_type, line_value, collected_at, recorded_at);

-- What was said is not rewritten, the new columns among it; when it was last said may move.
drop trigger tr_raw_odds_data_append_only on raw_odds_data;
create trigger tr_raw_odds_data_append_only
  before update of data_source, raw_data, collected_at, record_key, content_hash, dedup_key, created_at
  on raw_odds_data for each statement execute function refuse_change_of_history();
drop trigger tr_raw_scores_data_append_only on raw_scores_data;
create trigger tr_raw_scores_data_append_only
  before update of data_source, raw_data, collected_at, record_key, content_hash, dedup_key, created_at
  on raw_scores_data for each statement execute function refuse_change_of_history();
drop trigger tr_raw_lineups_data_append_only on raw_lineups_data;
create trigger tr_raw_lineups_data_append_only
  before update of data_source, raw_data, collected_at, record_key, content_hash, dedup_key, created_at
  on raw_lineups_data for each statement execute function refuse_change_of_history();
drop trigger tr_raw_injuries_data_append_only on raw_injuries_data;
create trigger tr_raw_injuries_data_append_only
  before update of data_source, raw_data, collected_at, record_key, content_hash, dedup_key, created_at
  on raw_injuries_data for each statement execute function refuse_change_of_history();
drop trigger tr_raw_weather_data_append_only on raw_weather_data;
create trigger tr_raw_weather_data_append_only
  before update of data_source, raw_data, collected_at, record_key, content_hash, dedup_key, created_at
  on raw_weather_data for each statement execute function refuse_change_of_history();
drop trigger tr_odds_append_only on odds;
create trigger tr_odds_append_only
  before update of match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds, over_odds,
    under_odds, line_value, collected_at, recorded_at, known_at_basis, provider_updated_at, raw_id, raw_odds_id, created_at
  on odds for each statement execute function refuse_change_of_history();
