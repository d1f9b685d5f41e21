-- name: elo
-- grain: match_id
-- partition: match_time
-- inputs: match_timeline, match_cutoffs
-- owner: features
-- pass: elo
-- checks:
--   every match has ratings: select * from elo
--     where (isfinite(home_elo) and isfinite(away_elo) and isfinite(home_goal_rating) and isfinite(away_goal_rating)
--       and isfinite(home_shots_on_target_rating) and isfinite(away_shots_on_target_rating)
--       and isfinite(home_shots_rating) and isfinite(away_shots_rating)) is not true
--   every match is described: select match_id from match_cutoffs where match_id not in (select match_id from elo)
--
-- The input of the rating pass, in its order: what was learnt of each match (kind 0) and the cutoffs at which
-- ratings are read (kind 1). What is known at the instant of a cutoff is seen by it. Names, not ids, order what
-- was learnt at the same instant of matches at the same kick-off, so that other ids give the same ratings.
with learnt as (
  select
    0 as kind,
    t.valid_from as at,
    t.match_id,
    t.match_time,
    t.match_status = 'completed' and t.source_present and t.home_score is not null and t.away_score is not null
      as has_result,
    if(has_result, t.home_score, null) as home_score,
    if(has_result, t.away_score, null) as away_score,
    if(has_result, t.home_shots, null) as home_shots,
    if(has_result, t.away_shots, null) as away_shots,
    if(has_result, t.home_shots_on_target, null) as home_shots_on_target,
    if(has_result, t.away_shots_on_target, null) as away_shots_on_target
  from match_timeline t
  union all
  select 1 as kind, c.cutoff as at, c.match_id, c.match_time, false, null, null, null, null, null, null
  from match_cutoffs c
)
select
  e.kind::double as kind,
  e.match_id::double as match_id,
  m.league_id::double as league_id,
  m.level::double as level,
  m.season_start::double as season_start,
  m.home_team_id::double as home_team_id,
  m.away_team_id::double as away_team_id,
  e.home_score::double as home_score,
  e.away_score::double as away_score,
  e.home_shots::double as home_shots,
  e.away_shots::double as away_shots,
  e.home_shots_on_target::double as home_shots_on_target,
  e.away_shots_on_target::double as away_shots_on_target,
  epoch_ms(e.at)::double as at,
  epoch_ms(e.match_time)::double as match_time
from learnt e
join match_cutoffs m on m.match_id = e.match_id
order by e.at, e.kind, e.match_time, m.name_order
