-- name: match_cutoffs
-- grain: match_id
-- partition: none
-- inputs: silver.matches
-- owner: features
-- published: no
-- checks:
--   two teams play: select * from match_cutoffs where home_team_id = away_team_id
--
-- The instant each match is described at: its kick-off less one hour.
select
  id as match_id,
  match_time,
  match_time - interval 1 hour as cutoff,
  league_id,
  season,
  home_team_id,
  away_team_id
from silver.matches
