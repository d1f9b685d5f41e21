-- The form of every team that played in the last 30 days, at home and away, the best goal difference first.
select
  team_name, recent_home_matches, recent_home_wins, recent_away_matches, recent_away_wins,
  recent_home_goals + recent_away_goals - recent_home_conceded - recent_away_conceded as goal_difference
from mv_team_recent_performance
where recent_home_matches + recent_away_matches > 0
order by goal_difference desc, team_name
