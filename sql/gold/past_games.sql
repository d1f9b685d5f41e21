-- name: past_games
-- grain: past_id, order_key
-- partition: none
-- inputs: team_pasts, team_results
-- owner: features
-- published: no
-- checks:
--   no past has the match that it is without: select p.match_id from team_pasts p
--     join past_games g on g.past_id = p.past_id and g.match_id = p.without_match
--
-- The results of each past, as they were known at the last cutoff that sees it. An earlier cutoff of the same past sees those that began before it.
with pasts as (
  select past_id, any_value(team_id) as team_id, any_value(without_match) as without_match, max(cutoff) as cutoff
  from team_pasts
  group by past_id
)
select c.past_id, g.* exclude (valid_from, valid_to)
from pasts c
join team_results g
  on g.team_id = c.team_id
  and g.match_time < c.cutoff
  and g.valid_from <= c.cutoff
  and c.cutoff < g.valid_to
  and g.match_id is distinct from c.without_match
