-- name: known_results
-- grain: match_id, valid_from
-- partition: none
-- inputs: match_timeline, match_cutoffs
-- owner: features
-- published: no
-- checks:
--   a result has a score: select * from known_results where home_score is null or away_score is null
--   every match of the timeline is registered: select match_id from match_timeline
--     where match_id not in (select match_id from match_cutoffs)
--
-- The results that could be known, from when to when. `order_key` is the order of kick-off, ties by match id.
select
  row_number() over (order by t.match_time, t.match_id, t.valid_from)::integer as order_key,
  t.match_id,
  t.valid_from,
  t.valid_to,
  t.match_time,
  m.league_id,
  m.season_start,
  m.home_team_id,
  m.away_team_id,
  t.home_score,
  t.away_score,
  t.home_shots,
  t.away_shots,
  t.home_shots_on_target,
  t.away_shots_on_target,
  t.home_corners,
  t.away_corners
from match_timeline t
join match_cutoffs m on m.match_id = t.match_id
where t.match_status = 'completed'
  and t.source_present
  and t.home_score is not null
  and t.away_score is not null
