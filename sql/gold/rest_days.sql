-- name: rest_days
-- grain: match_id, team_id
-- partition: match_time
-- inputs: team_cutoffs, last_games
-- owner: features
-- checks:
--   rest is not negative: select * from rest_days where rest_days < 0
--
-- Days from the last completed match known at the cutoff to this kick-off, rounded to whole days.
select
  c.match_id,
  c.match_time,
  c.cutoff,
  c.team_id,
  c.team_type,
  floor((epoch(c.match_time) - epoch(l.last_match_time)) / 86400 + 0.5)::integer as rest_days
from team_cutoffs c
left join last_games l on l.match_id = c.match_id and l.team_id = c.team_id
