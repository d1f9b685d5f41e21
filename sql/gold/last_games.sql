-- name: last_games
-- grain: match_id, team_id, position
-- partition: none
-- inputs: team_cutoffs, known_results
-- owner: features
-- published: no
-- checks:
--   fifteen at most: select * from last_games where position not between 1 and 15
--   no match describes itself: select l.match_id from last_games l
--     join known_results r on r.order_key = l.order_key where r.match_id = l.match_id
--
-- The last fifteen completed matches of each team as known at the cutoff, newest first.
with games as (
  select home_team_id as team_id, order_key, match_id, match_time, valid_from, valid_to from known_results
  union all
  select away_team_id as team_id, order_key, match_id, match_time, valid_from, valid_to from known_results
),
latest as (
  select c.match_id, c.team_id, max(g.order_key, 15) as order_keys
  from team_cutoffs c
  join games g
    on g.team_id = c.team_id
    and g.match_time < c.cutoff
    and g.valid_from <= c.cutoff
    and c.cutoff < g.valid_to
    and g.match_id <> c.match_id
  group by c.match_id, c.team_id
)
select
  match_id,
  team_id,
  unnest(order_keys) as order_key,
  unnest(range(1, len(order_keys) + 1))::integer as position
from latest
