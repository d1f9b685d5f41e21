-- name: filled_features
-- grain: match_id
-- partition: match_time
-- inputs: match_cutoffs, filled_form, match_timeline
-- owner: features
-- checks:
--   every match is described: select match_id from match_cutoffs where match_id not in (select match_id from filled_features)
--   each fill has its method: select * from filled_features where len(imputed) <> len(imputed_by)
--   a gap that was filled has a value: select * from filled_features
--     where list_contains(imputed, 'home_form_15_shots_for') and home_form_15_shots_for is null
--
-- The features that can have gaps, filled by what was known at the cutoff, with the names of what was filled. For readers that
-- want no nulls; gold.match_features, which the model reads, keeps its gaps. A ground or referee that no source had
-- named by the cutoff is Unknown here (CLN-8), and null in silver: who refereed is often told with the result.
select
  c.match_id,
  c.match_time,
  c.cutoff,
  h.form_15_goals_for as home_form_15_goals_for,
  h.form_15_goals_against as home_form_15_goals_against,
  h.form_15_shots_on_target_for as home_form_15_shots_on_target_for,
  h.form_15_shots_on_target_against as home_form_15_shots_on_target_against,
  h.form_15_shots_for as home_form_15_shots_for,
  h.form_15_shots_against as home_form_15_shots_against,
  h.form_15_corners_for as home_form_15_corners_for,
  h.form_15_corners_against as home_form_15_corners_against,
  h.season_points_per_game as home_season_points_per_game,
  h.season_goal_difference_per_game as home_season_goal_difference_per_game,
  h.previous_season_points_per_game as home_previous_season_points_per_game,
  a.form_15_goals_for as away_form_15_goals_for,
  a.form_15_goals_against as away_form_15_goals_against,
  a.form_15_shots_on_target_for as away_form_15_shots_on_target_for,
  a.form_15_shots_on_target_against as away_form_15_shots_on_target_against,
  a.form_15_shots_for as away_form_15_shots_for,
  a.form_15_shots_against as away_form_15_shots_against,
  a.form_15_corners_for as away_form_15_corners_for,
  a.form_15_corners_against as away_form_15_corners_against,
  a.season_points_per_game as away_season_points_per_game,
  a.season_goal_difference_per_game as away_season_goal_difference_per_game,
  a.previous_season_points_per_game as away_previous_season_points_per_game,
  list_concat(
    list_transform(h.imputed, lambda name: 'home_' || name),
    list_transform(a.imputed, lambda name: 'away_' || name)
  ) as imputed,
  list_concat(h.imputed_by, a.imputed_by) as imputed_by,
  coalesce(t.venue, 'Unknown') as venue,
  coalesce(t.referee, 'Unknown') as referee
from match_cutoffs c
left join match_timeline t on t.match_id = c.match_id and t.valid_from <= c.cutoff and c.cutoff < t.valid_to
join filled_form h on h.match_id = c.match_id and h.team_type = 'home'
join filled_form a on a.match_id = c.match_id and a.team_type = 'away'
