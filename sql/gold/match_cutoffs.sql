-- name: match_cutoffs
-- grain: match_id
-- partition: none
-- inputs: silver.matches, silver.leagues
-- owner: features
-- published: no
-- checks:
--   two teams play: select * from match_cutoffs where home_team_id = away_team_id
--   every match is described: select id from silver.matches where id not in (select match_id from match_cutoffs)
--
-- The instant each match is described at: its kick-off less one hour; and what stands of the match itself, so that the files of silver.matches are
-- read once.
select
  m.id as match_id,
  m.match_time,
  m.match_time - interval 1 hour as cutoff,
  m.kickoff_precision,
  m.match_status,
  m.source_present,
  m.league_id,
  l.code as league_code,
  l.level,
  l.is_simulated,
  m.season,
  left(m.season, 4)::integer as season_start,
  m.home_team_id,
  m.away_team_id,
  m.ordinal
from silver.matches m
join silver.leagues l on l.id = m.league_id
