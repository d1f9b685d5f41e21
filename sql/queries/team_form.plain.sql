-- team_form without the view.
with played as (
  select home_team_id, away_team_id, home_score, away_score
  from matches
  where match_time >= now() - interval '30 days' and match_time <= now()
    and match_status = 'completed' and home_score is not null and away_score is not null and source_present
), sides as (
  select home_team_id as team_id, true as at_home, home_score as scored, away_score as conceded from played
  union all
  select away_team_id, false, away_score, home_score from played
)
select
  t.name as team_name,
  count(*) filter (where s.at_home)::integer as recent_home_matches,
  count(*) filter (where s.at_home and s.scored > s.conceded)::integer as recent_home_wins,
  count(*) filter (where not s.at_home)::integer as recent_away_matches,
  count(*) filter (where not s.at_home and s.scored > s.conceded)::integer as recent_away_wins,
  sum(s.scored - s.conceded)::integer as goal_difference
from sides s
join teams t on t.id = s.team_id
group by t.id, t.name
order by goal_difference desc, team_name
