-- name: head_to_head
-- grain: match_id
-- partition: match_time
-- inputs: match_cutoffs, known_results
-- owner: features
-- checks:
--   results add up: select * from head_to_head where h2h_home_wins + h2h_away_wins + h2h_draws <> h2h_total_matches
--   five recent at most: select * from head_to_head
--     where h2h_recent_5_home_wins + h2h_recent_5_away_wins + h2h_recent_5_draws <> least(5, h2h_total_matches)
--
-- FEAT-6: all completed meetings before the cutoff, either venue, seen from the home team of the match described.
with meetings as (
  select
    c.match_id,
    r.order_key,
    if(r.home_team_id = c.home_team_id, r.home_score, r.away_score) as home_goals,
    if(r.home_team_id = c.home_team_id, r.away_score, r.home_score) as away_goals
  from match_cutoffs c
  join known_results r
    on least(r.home_team_id, r.away_team_id) = least(c.home_team_id, c.away_team_id)
    and greatest(r.home_team_id, r.away_team_id) = greatest(c.home_team_id, c.away_team_id)
    and r.match_time < c.cutoff
    and r.valid_from <= c.cutoff
    and c.cutoff < r.valid_to
    and r.match_id <> c.match_id
),
history as (
  select
    match_id,
    count(*) as meetings,
    count_if(home_goals > away_goals) as home_wins,
    count_if(home_goals < away_goals) as away_wins,
    count_if(home_goals = away_goals) as draws,
    sum(home_goals) as home_goals,
    sum(away_goals) as away_goals,
    max_by(sign(home_goals - away_goals), order_key, 5) as recent
  from meetings
  group by match_id
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
  coalesce(len(list_filter(h.recent, lambda s: s = 1)), 0)::integer as h2h_recent_5_home_wins,
  coalesce(len(list_filter(h.recent, lambda s: s = -1)), 0)::integer as h2h_recent_5_away_wins,
  coalesce(len(list_filter(h.recent, lambda s: s = 0)), 0)::integer as h2h_recent_5_draws,
  coalesce((h.home_goals + h.away_goals)::double / h.meetings, 0.0)::double as h2h_goals_avg
from match_cutoffs c
left join history h on h.match_id = c.match_id
