drop trigger tr_edition_rows_append_only on edition_rows;
drop trigger tr_source_editions_append_only on source_editions;
drop trigger tr_raw_match_data_append_only on raw_match_data;
drop trigger tr_odds_append_only on odds;
drop trigger tr_match_statistics_append_only on match_statistics;
drop trigger tr_fixture_revisions_append_only on fixture_revisions;
drop function refuse_change_of_history();

drop trigger tr_set_updated_at on prediction_keys;
drop trigger tr_set_updated_at on predictions;
drop trigger tr_set_updated_at on features;
drop trigger tr_set_updated_at on match_external_ids;
drop trigger tr_set_updated_at on team_external_ids;
drop trigger tr_set_updated_at on data_collection_logs;
drop trigger tr_set_updated_at on data_quality_logs;
drop trigger tr_set_updated_at on odds;
drop trigger tr_set_updated_at on matches;
drop trigger tr_set_updated_at on match_registry;
drop trigger tr_set_updated_at on teams;
drop trigger tr_set_updated_at on leagues;
alter table prediction_keys drop column updated_at;
alter table predictions drop column updated_at;
alter table features drop column updated_at;
alter table match_external_ids drop column updated_at;
alter table team_external_ids drop column updated_at;
drop function set_updated_at();

drop trigger tr_check_odds_consistency_update on odds;
drop trigger tr_check_odds_consistency on odds;
drop function check_odds_consistency();

drop trigger tr_check_match_teams_consistency on matches;
drop function check_match_teams_consistency();

alter table features
  drop constraint features_team_id_fkey,
  add constraint features_team_id_fkey foreign key (team_id) references teams (id);

alter table matches
  drop constraint matches_league_id_fkey,
  drop constraint matches_away_team_id_fkey,
  drop constraint matches_home_team_id_fkey,
  add constraint matches_league_id_fkey foreign key (league_id) references leagues (id),
  add constraint matches_away_team_id_fkey foreign key (away_team_id) references teams (id),
  add constraint matches_home_team_id_fkey foreign key (home_team_id) references teams (id);

alter table predictions drop constraint ck_predictions_confidence_score;

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
