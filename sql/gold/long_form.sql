-- name: long_form
-- grain: match_id, team_id
-- partition: match_time
-- inputs: team_cutoffs, last_games, known_results
-- owner: features
-- checks:
--   fifteen games at most: select * from long_form where form_15_games not between 0 and 15
--   goals where games: select * from long_form where (form_15_games > 0) <> (form_15_goals_for is not null)
--
-- Means a game over the last fifteen completed matches; a game without a count is left out of that count's mean.
with games as (
  select
    l.match_id,
    l.team_id,
    r.home_team_id = l.team_id as at_home,
    if(at_home, r.home_score, r.away_score) as goals_for,
    if(at_home, r.away_score, r.home_score) as goals_against,
    if(at_home, r.home_shots_on_target, r.away_shots_on_target) as shots_on_target_for,
    if(at_home, r.away_shots_on_target, r.home_shots_on_target) as shots_on_target_against,
    if(at_home, r.home_shots, r.away_shots) as shots_for,
    if(at_home, r.away_shots, r.home_shots) as shots_against,
    if(at_home, r.home_corners, r.away_corners) as corners_for,
    if(at_home, r.away_corners, r.home_corners) as corners_against
  from last_games l
  join known_results r on r.order_key = l.order_key
),
form as (
  select
    match_id,
    team_id,
    count(*) as games,
    avg(goals_for) as goals_for,
    avg(goals_against) as goals_against,
    avg(shots_on_target_for) as shots_on_target_for,
    avg(shots_on_target_against) as shots_on_target_against,
    avg(shots_for) as shots_for,
    avg(shots_against) as shots_against,
    avg(corners_for) as corners_for,
    avg(corners_against) as corners_against
  from games
  group by match_id, team_id
)
select
  c.match_id,
  c.match_time,
  c.cutoff,
  c.team_id,
  c.team_type,
  coalesce(f.games, 0)::integer as form_15_games,
  f.goals_for as form_15_goals_for,
  f.goals_against as form_15_goals_against,
  f.shots_on_target_for as form_15_shots_on_target_for,
  f.shots_on_target_against as form_15_shots_on_target_against,
  f.shots_for as form_15_shots_for,
  f.shots_against as form_15_shots_against,
  f.corners_for as form_15_corners_for,
  f.corners_against as form_15_corners_against
from team_cutoffs c
left join form f on f.match_id = c.match_id and f.team_id = c.team_id
