-- name: league_rates
-- grain: match_id
-- partition: match_time
-- inputs: match_timeline, match_cutoffs
-- owner: features
-- pass: league_rates
-- checks:
--   rates are shares: select * from league_rates
--     where league_home_win_rate not between 0 and 1 or league_draw_rate not between 0 and 1
--       or league_home_win_rate + league_draw_rate > 1 + 1e-9
--   rates come together: select * from league_rates
--     where (league_home_win_rate is null) <> (league_goals_per_game is null)
--       or (league_draw_rate is null) <> (league_goals_per_game is null)
--   every match is described: select match_id from match_cutoffs where match_id not in (select match_id from league_rates)
--
-- The input of the pass over each league's last 380 matches, in its order: what was learnt of each match (kind 0) and
-- the cutoffs at which the rates are read (kind 1). Here a join would hold 380 rows a match in memory.
with learnt as (
  select
    0 as kind,
    t.valid_from as at,
    t.match_id,
    t.match_time,
    t.match_status = 'completed' and t.source_present and t.home_score is not null and t.away_score is not null
      as has_result,
    if(has_result, t.home_score, null) as home_score,
    if(has_result, t.away_score, null) as away_score
  from match_timeline t
  union all
  select 1 as kind, c.cutoff as at, c.match_id, c.match_time, false, null, null
  from match_cutoffs c
)
select
  e.kind::double as kind,
  e.match_id::double as match_id,
  m.league_id::double as league_id,
  e.home_score::double as home_score,
  e.away_score::double as away_score,
  epoch_ms(e.at)::double as at,
  epoch_ms(e.match_time)::double as match_time
from learnt e
join match_cutoffs m on m.match_id = e.match_id
order by e.at, e.kind, e.match_time, e.match_id
