-- name: head_to_head
-- grain: match_id
-- partition: match_time
-- inputs: match_cutoffs, team_pasts, past_games
-- owner: features
-- checks:
--   results add up: select * from head_to_head where h2h_home_wins + h2h_away_wins + h2h_draws <> h2h_total_matches
--   five recent at most: select * from head_to_head
--     where h2h_recent_5_home_wins + h2h_recent_5_away_wins + h2h_recent_5_draws <> least(5, h2h_total_matches)
--
-- FEAT-6: all completed meetings before the cutoff, either venue, seen from the home team of the match described.
with meetings as (
  select past_id, opponent_id, match_time, order_key, goals_for, goals_against,
    sign(goals_for - goals_against) as outcome
  from past_games
),
-- What had come of the meetings after each of them; of meetings at the same kick-off the last says it.
history as (
  select
    past_id,
    opponent_id,
    match_time,
    count(*) over met as meetings,
    count_if(outcome = 1) over met as home_wins,
    count_if(outcome = -1) over met as away_wins,
    count_if(outcome = 0) over met as draws,
    sum(goals_for) over met as home_goals,
    sum(goals_against) over met as away_goals,
    count_if(outcome = 1) over five as recent_home_wins,
    count_if(outcome = -1) over five as recent_away_wins,
    count_if(outcome = 0) over five as recent_draws
  from meetings
  window
    met as (partition by past_id, opponent_id order by order_key rows unbounded preceding),
    five as (partition by past_id, opponent_id order by order_key rows 4 preceding)
  qualify match_time is distinct from lead(match_time) over met
),
met as (
  select c.match_id, h.*
  from match_cutoffs c
  join team_pasts p on p.match_id = c.match_id and p.team_id = c.home_team_id
  asof join history h on h.past_id = p.past_id and h.opponent_id = c.away_team_id and h.match_time < c.cutoff
)
select
  c.match_id,
  c.match_time,
  c.cutoff,
  coalesce(h.meetings, 0)::integer as h2h_total_matches,
  coalesce(h.home_wins, 0)::integer as h2h_home_wins,
  coalesce(h.away_wins, 0)::integer as h2h_away_wins,
  coalesce(h.draws, 0)::integer as h2h_draws,
  coalesce(h.home_goals, 0)::integer as h2h_home_goals_total,
  coalesce(h.away_goals, 0)::integer as h2h_away_goals_total,
  coalesce(h.recent_home_wins, 0)::integer as h2h_recent_5_home_wins,
  coalesce(h.recent_away_wins, 0)::integer as h2h_recent_5_away_wins,
  coalesce(h.recent_draws, 0)::integer as h2h_recent_5_draws,
  coalesce((h.home_goals + h.away_goals)::double / h.meetings, 0.0)::double as h2h_goals_avg
from match_cutoffs c
left join met h on h.match_id = c.match_id
