-- name: recent_form
-- grain: match_id, team_id
-- partition: match_time
-- inputs: team_cutoffs, last_games, known_results
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
with games as (
  select
    l.match_id,
    l.team_id,
    r.home_team_id = l.team_id as at_home,
    if(at_home, r.home_score, r.away_score) as goals_for,
    if(at_home, r.away_score, r.home_score) as goals_against
  from last_games l
  join known_results r on r.order_key = l.order_key
  where l.position <= 5
),
form as (
  select
    match_id,
    team_id,
    count(*) as games,
    count_if(goals_for > goals_against) as wins,
    count_if(goals_for = goals_against) as draws,
    count_if(goals_for < goals_against) as losses,
    sum(goals_for) as goals_for,
    sum(goals_against) as goals_against,
    count_if(at_home and goals_for > goals_against) as home_wins,
    count_if(not at_home and goals_for > goals_against) as away_wins,
    coalesce(sum(goals_for) filter (at_home), 0) as home_goals_for,
    coalesce(sum(goals_for) filter (not at_home), 0) as away_goals_for
  from games
  group by match_id, team_id
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
left join form f on f.match_id = c.match_id and f.team_id = c.team_id
