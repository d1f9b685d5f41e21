-- name: season_form
-- grain: match_id, team_id
-- partition: match_time
-- inputs: team_cutoffs, team_pasts, past_games
-- owner: features
-- checks:
--   three points at most: select * from season_form
--     where season_points_per_game not between 0 and 3 or previous_season_points_per_game not between 0 and 3
--
-- The season's table as it stood at the cutoff: points and goal difference a game in the match's own league; beside it
-- the points a game of the season before, in whatever league the team played then.
with described as (
  select c.*, p.past_id
  from team_cutoffs c
  join team_pasts p on p.match_id = c.match_id and p.team_id = c.team_id
),
games as (
  select past_id, season_start, league_id, match_time, order_key, goals_for - goals_against as goal_difference,
    case sign(goal_difference) when 1 then 3 when 0 then 1 else 0 end as points
  from past_games
),
-- The season's sums after each of its games; of games at the same kick-off all count.
league_table as (
  select past_id, league_id, season_start, match_time, count(*) over played as games,
    sum(points) over played as points, sum(goal_difference) over played as goal_difference
  from games
  window played as (partition by past_id, league_id, season_start order by match_time)
),
season_before as (
  select past_id, season_start + 1 as season_start, match_time, sum(points) over played / count(*) over played as points_per_game
  from games
  window played as (partition by past_id, season_start order by match_time)
),
form as (
  select c.match_id, c.team_id, f.games, f.points, f.goal_difference
  from described c
  asof join (from league_table select distinct *) f
    on f.past_id = c.past_id and f.league_id = c.league_id and f.season_start = c.season_start and f.match_time < c.cutoff
),
previous as (
  select c.match_id, c.team_id, f.points_per_game
  from described c
  asof join (from season_before select distinct *) f
    on f.past_id = c.past_id and f.season_start = c.season_start and f.match_time < c.cutoff
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
