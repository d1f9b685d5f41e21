-- name: match_cutoffs
-- grain: match_id
-- partition: none
-- inputs: silver.matches, silver.leagues, silver.teams
-- owner: features
-- published: no
-- checks:
--   two teams play: select * from match_cutoffs where home_team_id = away_team_id
--   every match is described: select id from silver.matches where id not in (select match_id from match_cutoffs)
--
-- The instant each match is described at: its kick-off less one hour; and what stands of the match itself, so that the files of silver.matches are
-- read once. `name_order` orders matches by names, not ids: other ids give the same ratings.
with named as (
  select id, dense_rank() over (order by name) as place from silver.teams
)
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
  row_number() over (order by l.code, m.season, h.place, a.place, m.ordinal, m.id)::integer as name_order
from silver.matches m
join silver.leagues l on l.id = m.league_id
join named h on h.id = m.home_team_id
join named a on a.id = m.away_team_id
