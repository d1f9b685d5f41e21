-- name: last_games
-- grain: match_id, team_id
-- partition: none
-- inputs: team_pasts, past_games
-- owner: features
-- published: no
-- checks:
--   no match describes itself: select l.match_id from last_games l
--     join past_games g on g.past_id = l.past_id and g.order_key = l.order_key where g.match_id = l.match_id
--
-- The last completed match of each team as known at the cutoff. Those before it are the rows before it in its past.
select p.match_id, p.team_id, p.past_id, g.order_key, g.match_time as last_match_time
from team_pasts p
asof join (
  select past_id, match_time, max(order_key) as order_key from past_games group by past_id, match_time
) g on g.past_id = p.past_id and g.match_time < p.cutoff
