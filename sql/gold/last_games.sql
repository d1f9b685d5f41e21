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
-- The last fifteen completed matches of each team as known at the cutoff, newest first. They are looked for among the last twenty versions of results
-- before the cutoff, of which nearly all count; only where these do not give fifteen, since results were told late or corrected, among all.
with games as materialized (
  select *, row_number() over (partition by team_id order by order_key)::integer as place
  from (
    select home_team_id as team_id, order_key, match_id, match_time, valid_from, valid_to from known_results
    union all
    select away_team_id as team_id, order_key, match_id, match_time, valid_from, valid_to from known_results
  )
),
begun as materialized (
  select c.match_id, c.team_id, c.cutoff, g.place as last_place
  from team_cutoffs c
  asof join (select team_id, match_time, max(place) as place from games group by team_id, match_time) g
    on g.team_id = c.team_id and c.cutoff > g.match_time
),
near as (
  select match_id, team_id, cutoff, unnest(range(greatest(1, last_place - 19), last_place + 1))::integer as place
  from begun
),
found as materialized (
  select n.match_id, n.team_id, max(g.order_key, 15) as order_keys
  from near n
  join games g on g.team_id = n.team_id and g.place = n.place
  where g.valid_from <= n.cutoff and n.cutoff < g.valid_to and g.match_id <> n.match_id
  group by n.match_id, n.team_id
),
few as materialized (
  select b.*
  from begun b
  left join found f on f.match_id = b.match_id and f.team_id = b.team_id
  where b.last_place > 20 and coalesce(len(f.order_keys), 0) < 15
),
latest as (
  select f.match_id, f.team_id, f.order_keys
  from found f
  anti join few on few.match_id = f.match_id and few.team_id = f.team_id
  union all
  select f.match_id, f.team_id, max(g.order_key, 15) as order_keys
  from few f
  join games g on g.team_id = f.team_id and g.place <= f.last_place
  where g.valid_from <= f.cutoff and f.cutoff < g.valid_to and g.match_id <> f.match_id
  group by f.match_id, f.team_id
)
select
  match_id,
  team_id,
  unnest(order_keys) as order_key,
  unnest(range(1, len(order_keys) + 1))::integer as position
from latest
