-- name: season_form
-- grain: match_id, team_id
-- partition: match_time
-- inputs: team_cutoffs, known_results
-- owner: features
-- checks:
--   three points at most: select * from season_form
--     where season_points_per_game not between 0 and 3 or previous_season_points_per_game not between 0 and 3
--
-- The season's table as it stood at the cutoff: points and goal difference a game in the match's own league; beside it
-- the points a game of the season before, in whatever league the team played then.
with results as (
  select home_team_id as team_id, league_id, left(season, 4)::integer as season_start, match_id, match_time,
    valid_from, valid_to, home_score - away_score as goal_difference
  from known_results
  union all
  select away_team_id as team_id, league_id, left(season, 4)::integer as season_start, match_id, match_time,
    valid_from, valid_to, away_score - home_score as goal_difference
  from known_results
),
games as (
  select *, case sign(goal_difference) when 1 then 3 when 0 then 1 else 0 end as points
  from results
),
described as (
  select *, left(season, 4)::integer as season_start
  from team_cutoffs
),
form as (
  select
    c.match_id,
    c.team_id,
    count(*) as games,
    sum(g.points) as points,
    sum(g.goal_difference) as goal_difference
  from described c
  join games g
    on g.team_id = c.team_id
    and g.league_id = c.league_id
    and g.season_start = c.season_start
    and g.match_time < c.cutoff
    and g.valid_from <= c.cutoff
    and c.cutoff < g.valid_to
    and g.match_id <> c.match_id
  group by c.match_id, c.team_id
),
previous as (
  select c.match_id, c.team_id, sum(g.points) / count(*) as points_per_game
  from described c
  join games g
    on g.team_id = c.team_id
    and g.season_start = c.season_start - 1
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
  (f.goal_difference / f.games)::double as season_goal_difference_per_game,
  p.points_per_game::double as previous_season_points_per_game
from team_cutoffs c
left join form f on f.match_id = c.match_id and f.team_id = c.team_id
left join previous p on p.match_id = c.match_id and p.team_id = c.team_id
