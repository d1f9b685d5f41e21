-- name: team_results
-- grain: team_id, order_key
-- partition: none
-- inputs: known_results
-- owner: features
-- published: no
--
-- The results that could be known, as each of the two teams saw them.
select
  home_team_id as team_id, away_team_id as opponent_id, true as at_home,
  order_key, match_id, match_time, valid_from, valid_to, league_id, season_start,
  home_score as goals_for, away_score as goals_against,
  home_shots_on_target as shots_on_target_for, away_shots_on_target as shots_on_target_against,
  home_shots as shots_for, away_shots as shots_against, home_corners as corners_for, away_corners as corners_against
from known_results
union all
select
  away_team_id, home_team_id, false,
  order_key, match_id, match_time, valid_from, valid_to, league_id, season_start,
  away_score, home_score,
  away_shots_on_target, home_shots_on_target,
  away_shots, home_shots, away_corners, home_corners
from known_results
