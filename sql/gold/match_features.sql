-- name: match_features
-- grain: match_id
-- partition: match_time
-- inputs: match_cutoffs, recent_form, head_to_head, odds_features, elo, long_form,
--   season_form, league_rates, rest_days
-- owner: features
-- checks:
--   every match is described: select match_id from match_cutoffs where match_id not in (select match_id from match_features)
--   nothing is not a number: select * from match_features where isnan(home_elo) or isnan(away_elo)
--     or isnan(home_shots_rating) or isnan(home_odds_avg) or isnan(bookmaker_consensus)
--
-- Everything a model may read of a match, one row each: the parts side by side, home_ and away_ before the teams'.
select
  c.match_id,
  c.league_code,
  c.season,
  c.match_time,
  c.kickoff_precision,
  c.cutoff,
  c.home_team_id,
  c.away_team_id,
  c.match_status,
  c.source_present,
  c.is_simulated,
  hr.recent_5_wins as home_recent_5_wins,
  hr.recent_5_draws as home_recent_5_draws,
  hr.recent_5_losses as home_recent_5_losses,
  hr.recent_5_goals_for as home_recent_5_goals_for,
  hr.recent_5_goals_against as home_recent_5_goals_against,
  hr.recent_5_points as home_recent_5_points,
  hr.recent_5_home_wins as home_recent_5_home_wins,
  hr.recent_5_away_wins as home_recent_5_away_wins,
  hr.recent_5_home_goals_for as home_recent_5_home_goals_for,
  hr.recent_5_away_goals_for as home_recent_5_away_goals_for,
  hr.recent_5_win_rate as home_recent_5_win_rate,
  ar.recent_5_wins as away_recent_5_wins,
  ar.recent_5_draws as away_recent_5_draws,
  ar.recent_5_losses as away_recent_5_losses,
  ar.recent_5_goals_for as away_recent_5_goals_for,
  ar.recent_5_goals_against as away_recent_5_goals_against,
  ar.recent_5_points as away_recent_5_points,
  ar.recent_5_home_wins as away_recent_5_home_wins,
  ar.recent_5_away_wins as away_recent_5_away_wins,
  ar.recent_5_home_goals_for as away_recent_5_home_goals_for,
  ar.recent_5_away_goals_for as away_recent_5_away_goals_for,
  ar.recent_5_win_rate as away_recent_5_win_rate,
  h2h.h2h_total_matches,
  h2h.h2h_home_wins,
  h2h.h2h_away_wins,
  h2h.h2h_draws,
  h2h.h2h_home_goals_total,
  h2h.h2h_away_goals_total,
  h2h.h2h_recent_5_home_wins,
  h2h.h2h_recent_5_away_wins,
  h2h.h2h_recent_5_draws,
  h2h.h2h_goals_avg,
  o.home_odds_avg,
  o.draw_odds_avg,
  o.away_odds_avg,
  o.home_implied_probability,
  o.draw_implied_probability,
  o.away_implied_probability,
  o.bookmaker_count,
  o.bookmaker_consensus,
  o.market_efficiency,
  o.exchange_home_odds,
  o.exchange_draw_odds,
  o.exchange_away_odds,
  e.home_elo,
  e.home_goal_rating,
  e.home_shots_on_target_rating,
  e.home_shots_rating,
  e.away_elo,
  e.away_goal_rating,
  e.away_shots_on_target_rating,
  e.away_shots_rating,
  hl.form_15_games as home_form_15_games,
  hl.form_15_goals_for as home_form_15_goals_for,
  hl.form_15_goals_against as home_form_15_goals_against,
  hl.form_15_shots_on_target_for as home_form_15_shots_on_target_for,
  hl.form_15_shots_on_target_against as home_form_15_shots_on_target_against,
  hl.form_15_shots_for as home_form_15_shots_for,
  hl.form_15_shots_against as home_form_15_shots_against,
  hl.form_15_corners_for as home_form_15_corners_for,
  hl.form_15_corners_against as home_form_15_corners_against,
  al.form_15_games as away_form_15_games,
  al.form_15_goals_for as away_form_15_goals_for,
  al.form_15_goals_against as away_form_15_goals_against,
  al.form_15_shots_on_target_for as away_form_15_shots_on_target_for,
  al.form_15_shots_on_target_against as away_form_15_shots_on_target_against,
  al.form_15_shots_for as away_form_15_shots_for,
  al.form_15_shots_against as away_form_15_shots_against,
  al.form_15_corners_for as away_form_15_corners_for,
  al.form_15_corners_against as away_form_15_corners_against,
  hs.season_games as home_season_games,
  hs.season_points_per_game as home_season_points_per_game,
  hs.season_goal_difference_per_game as home_season_goal_difference_per_game,
  hs.previous_season_points_per_game as home_previous_season_points_per_game,
  aw.season_games as away_season_games,
  aw.season_points_per_game as away_season_points_per_game,
  aw.season_goal_difference_per_game as away_season_goal_difference_per_game,
  aw.previous_season_points_per_game as away_previous_season_points_per_game,
  lr.league_home_win_rate,
  lr.league_draw_rate,
  lr.league_goals_per_game,
  hd.rest_days as home_rest_days,
  ad.rest_days as away_rest_days
from match_cutoffs c
join recent_form hr on hr.match_id = c.match_id and hr.team_type = 'home'
join recent_form ar on ar.match_id = c.match_id and ar.team_type = 'away'
join head_to_head h2h on h2h.match_id = c.match_id
join odds_features o on o.match_id = c.match_id
join elo e on e.match_id = c.match_id
join long_form hl on hl.match_id = c.match_id and hl.team_type = 'home'
join long_form al on al.match_id = c.match_id and al.team_type = 'away'
join season_form hs on hs.match_id = c.match_id and hs.team_type = 'home'
join season_form aw on aw.match_id = c.match_id and aw.team_type = 'away'
join league_rates lr on lr.match_id = c.match_id
join rest_days hd on hd.match_id = c.match_id and hd.team_type = 'home'
join rest_days ad on ad.match_id = c.match_id and ad.team_type = 'away'
