-- name: recent_form
-- grain: match_id, team_id
-- partition: match_time
-- inputs: team_cutoffs, last_games, past_games
-- owner: features
-- checks:
--   five games at most: select * from recent_form
--     where recent_5_wins + recent_5_draws + recent_5_losses not between 0 and 5
--   points follow results: select * from recent_form where recent_5_points <> 3 * recent_5_wins + recent_5_draws
--   venues add up: select * from recent_form
--     where recent_5_home_wins + recent_5_away_wins <> recent_5_wins
--       or recent_5_home_goals_for + recent_5_away_goals_for <> recent_5_goals_for
--
-- FEAT-5: the last five completed matches before the cutoff, any venue.
with form as (
  select
    past_id,
    order_key,
    count(*) over five as games,
    count_if(goals_for > goals_against) over five as wins,
    count_if(goals_for = goals_against) over five as draws,
    count_if(goals_for < goals_against) over five as losses,
    sum(goals_for) over five as goals_for,
    sum(goals_against) over five as goals_against,
    count_if(at_home and goals_for > goals_against) over five as home_wins,
    count_if(not at_home and goals_for > goals_against) over five as away_wins,
    sum(if(at_home, goals_for, 0)) over five as home_goals_for,
    sum(if(at_home, 0, goals_for)) over five as away_goals_for
  from past_games
  window five as (partition by past_id order by order_key rows 4 preceding)
)
select
  c.match_id,
  c.match_time,
  c.cutoff,
  c.team_id,
  c.team_type,
  coalesce(f.wins, 0)::integer as recent_5_wins,
  coalesce(f.draws, 0)::integer as recent_5_draws,
  coalesce(f.losses, 0)::integer as recent_5_losses,
  coalesce(f.goals_for, 0)::integer as recent_5_goals_for,
  coalesce(f.goals_against, 0)::integer as recent_5_goals_against,
  coalesce(3 * f.wins + f.draws, 0)::integer as recent_5_points,
  coalesce(f.home_wins, 0)::integer as recent_5_home_wins,
  coalesce(f.away_wins, 0)::integer as recent_5_away_wins,
  coalesce(f.home_goals_for, 0)::integer as recent_5_home_goals_for,
  coalesce(f.away_goals_for, 0)::integer as recent_5_away_goals_for,
  coalesce(f.wins::double / f.games, 0.0)::double as recent_5_win_rate
from team_cutoffs c
left join last_games l on l.match_id = c.match_id and l.team_id = c.team_id
left join form f on f.past_id = l.past_id and f.order_key = l.order_key
