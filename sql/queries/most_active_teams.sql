-- The ten teams with the most completed matches of the last 30 days, and what they won of them (DB-7).
select
  team_name,
  recent_home_matches + recent_away_matches as total_recent_matches,
  recent_home_wins + recent_away_wins as total_wins,
  round(
    100.0 * (recent_home_wins + recent_away_wins) / nullif(recent_home_matches + recent_away_matches, 0), 2
  ) as win_percentage
from mv_team_recent_performance
where recent_home_matches + recent_away_matches > 0
order by total_recent_matches desc, win_percentage desc, team_name
limit 10
