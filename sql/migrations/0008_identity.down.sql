drop index idx_raw_match_data_held;
drop index idx_match_registry_away_team;
drop index idx_match_registry_home_team;
drop table team_merge_changes;
drop table team_merges;
drop table team_aliases;
alter table league_external_ids drop column reason, drop column added_by;
drop index idx_team_external_ids_team;
alter table team_external_ids drop column reason, drop column added_by, drop column basis;
