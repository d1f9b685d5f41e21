-- name: long_form
-- grain: match_id, team_id
-- partition: match_time
-- inputs: team_cutoffs, last_games, past_games
-- owner: features
-- checks:
--   fifteen games at most: select * from long_form where form_15_games not between 0 and 15
--   goals where games: select * from long_form where (form_15_games > 0) <> (form_15_goals_for is not null)
--
-- Means a game over the last fifteen completed matches; a game without a count is left out of that count's mean.
with form as (
  select
    past_id,
    order_key,
    count(*) over fifteen as games,
    avg(goals_for) over fifteen as goals_for,
    avg(goals_against) over fifteen as goals_against,
    avg(shots_on_target_for) over fifteen as shots_on_target_for,
    avg(shots_on_target_against) over fifteen as shots_on_target_against,
    avg(shots_for) over fifteen as shots_for,
    avg(shots_against) over fifteen as shots_against,
    avg(corners_for) over fifteen as corners_for,
    avg(corners_against) over fifteen as corners_against
  from past_games
  window fifteen as (partition by past_id order by order_key rows 14 preceding)
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
left join last_games l on l.match_id = c.match_id and l.team_id = c.team_id
left join form f on f.past_id = l.past_id and f.order_key = l.order_key
