-- name: match_results
-- grain: match_id
-- partition: match_time
-- inputs: silver.matches, silver.leagues, silver.quarantined_rows
-- owner: judging
-- checks:
--   the outcome follows the score: select * from match_results
--     where outcome <> case sign(home_score - away_score) when 1 then 'home' when 0 then 'draw' else 'away' end
--
-- The result of each completed match as known now. A match that its source no longer has is left out, as is one
-- in quarantine.
select
  m.id as match_id,
  m.match_time,
  m.season,
  l.code as league_code,
  m.home_score,
  m.away_score,
  case
    when m.home_score > m.away_score then 'home'
    when m.home_score = m.away_score then 'draw'
    else 'away'
  end as outcome
from silver.matches m
join silver.leagues l on l.id = m.league_id
where m.match_status = 'completed'
  and m.source_present
  and m.home_score is not null
  and m.away_score is not null
  and m.id not in (select match_id from silver.quarantined_rows where table_name = 'matches')
