-- name: team_cutoffs
-- grain: match_id, team_id
-- partition: none
-- inputs: match_cutoffs
-- owner: features
-- published: no
--
-- Both teams of each match described.
select match_id, match_time, cutoff, league_id, season_start, home_team_id as team_id, away_team_id as opponent_id, 'home' as team_type
from match_cutoffs
union all
select match_id, match_time, cutoff, league_id, season_start, away_team_id, home_team_id, 'away' as team_type
from match_cutoffs
