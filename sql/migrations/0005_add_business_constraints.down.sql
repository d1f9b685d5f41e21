drop trigger tr_set_updated_at on data_collection_logs;
drop trigger tr_set_updated_at on data_quality_logs;
drop trigger tr_set_updated_at on odds;
drop trigger tr_set_updated_at on matches;
drop trigger tr_set_updated_at on match_registry;
drop trigger tr_set_updated_at on teams;
drop trigger tr_set_updated_at on leagues;
drop function set_updated_at();

drop trigger tr_check_odds_consistency_update on odds;
drop trigger tr_check_odds_consistency on odds;
drop function check_odds_consistency();

drop trigger tr_check_match_teams_consistency on matches;
drop function check_match_teams_consistency();

alter table odds
  drop constraint ck_odds_under_odds_range,
  drop constraint ck_odds_over_odds_range,
  drop constraint ck_odds_away_odds_range,
  drop constraint ck_odds_draw_odds_range,
  drop constraint ck_odds_home_odds_range;

alter table matches
  drop constraint ck_matches_match_time_range,
  drop constraint ck_matches_away_ht_score_range,
  drop constraint ck_matches_home_ht_score_range,
  drop constraint ck_matches_away_score_range,
  drop constraint ck_matches_home_score_range;
