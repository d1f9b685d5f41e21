alter table odds drop constraint uq_odds_quote;
alter table odds add constraint uq_odds_quote unique nulls not distinct
  (match_id, bookmaker, market_type, line_value, collected_at, recorded_at);
drop trigger tr_odds_append_only on odds;
create trigger tr_odds_append_only
  before update of match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds, over_odds,
    under_odds, line_value, collected_at, recorded_at, known_at_basis, provider_updated_at, raw_id, created_at
  on odds for each statement execute function refuse_change_of_history();
alter table odds drop column raw_odds_id;
drop index idx_fixture_revisions_score;
alter table fixture_revisions drop column raw_score_id;
drop table provider_polls;
drop index idx_raw_scores_data_held;
drop index idx_raw_odds_data_held;
drop index idx_raw_weather_data_record;
drop index idx_raw_injuries_data_record;
drop index idx_raw_lineups_data_record;
drop index idx_raw_scores_data_record;
drop index idx_raw_odds_data_record;
drop trigger tr_raw_odds_data_append_only on raw_odds_data;
create trigger tr_raw_odds_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_odds_data for each statement execute function refuse_change_of_history();
drop trigger tr_raw_scores_data_append_only on raw_scores_data;
create trigger tr_raw_scores_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_scores_data for each statement execute function refuse_change_of_history();
drop trigger tr_raw_lineups_data_append_only on raw_lineups_data;
create trigger tr_raw_lineups_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_lineups_data for each statement execute function refuse_change_of_history();
drop trigger tr_raw_injuries_data_append_only on raw_injuries_data;
create trigger tr_raw_injuries_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_injuries_data for each statement execute function refuse_change_of_history();
drop trigger tr_raw_weather_data_append_only on raw_weather_data;
create trigger tr_raw_weather_data_append_only
  before update of data_source, raw_data, collected_at, dedup_key, created_at
  on raw_weather_data for each statement execute function refuse_change_of_history();
alter table raw_weather_data drop column record_key, drop column content_hash, drop column last_seen_at;
alter table raw_injuries_data drop column record_key, drop column content_hash, drop column last_seen_at;
alter table raw_lineups_data drop column record_key, drop column content_hash, drop column last_seen_at;
alter table raw_scores_data drop column record_key, drop column content_hash, drop column last_seen_at;
alter table raw_odds_data
  drop column line_value, drop column record_key, drop column content_hash, drop column last_seen_at;
drop table source_match_ids;
