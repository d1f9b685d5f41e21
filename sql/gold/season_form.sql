-- name: season_form
-- grain: match_id, team_id
-- partition: match_time
-- inputs: team_cutoffs, known_results
-- owner: features
-- checks:
--   three points at most: select * from season_form where season_points_per_game not between 0 and 3
--
-- The season's table as it stood at the cutoff: points and goal difference a game, league matches only.
with games as (
  select home_team_id as team_id, league_id, season, match_id, match_time, valid_from, valid_to,
    home_score as goals_for, away_score as goals_against
  from known_results
  union all
  select away_team_id as team_id, league_id, season, match_id, match_time, valid_from, valid_to,
    away_score as goals_for, home_score as goals_against
  from known_results
),
form as (
  select
    c.match_id,
    c.team_id,
    count(*) as games,
    sum(case when g.goals_for > g.goals_against then 3 when g.goals_for = g.goals_against then 1 else 0 end) as points,
    sum(g.goals_for - g.goals_against) as goal_difference
  from team_cutoffs c
  join games g
    on g.team_id = c.team_id
    and g.league_id = c.league_id
    and g.season = c.season
    and g.match_time < c.cutoff
    and g.valid_from <= c.cutoff
    and c.cutoff < g.valid_to
    and g.match_id <> c.match_id
  group by c.match_id, c.team_id
)
select
  c.match_id,
  c.match_time,
  c.cutoff,
  c.team_id,
  c.team_type,
  coalesce(f.games, 0)::integer as season_games,
  (f.points / f.games)::double as season_points_per_game,
  (f.goal_difference / f.games)::double as season_goal_difference_per_game
from team_cutoffs c
left join form f on f.match_id = c.match_id and f.team_id = c.team_id
