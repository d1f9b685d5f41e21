-- most_active_teams without the view.
with played as (
  select home_team_id, away_team_id, home_score, away_score
  from matches
  where match_time >= now() - interval '30 days' and match_time <= now()
    and match_status = 'completed' and home_score is not null and away_score is not null and source_present
), sides as (
  select home_team_id as team_id, home_score > away_score as won from played
  union all
  select away_team_id, away_score > home_score from played
)
select
  t.name as team_name,
  count(*)::integer as total_recent_matches,
  count(*) filter (where s.won)::integer as total_wins,
  round(100.0 * count(*) filter (where s.won) / nullif(count(*), 0), 2) as win_percentage
from sides s
join teams t on t.id = s.team_id
group by t.id, t.name
order by total_recent_matches desc, win_percentage desc, team_name
limit 10
