-- name: team_pasts
-- grain: match_id, team_id
-- partition: none
-- inputs: team_cutoffs, team_results
-- owner: features
-- published: no
-- checks:
--   every side is described: select match_id, team_id from team_cutoffs anti join team_pasts using (match_id, team_id)
--
-- By which past each team of each match is described. As long as nothing that a team was asked about is corrected or told late, its past only grows: all
-- cutoffs up to the next such change see the beginning of one and the same list of results, which stands in past_games once. So a window over that list says
-- what every cutoff saw, where a join would look at each result again for each cutoff.
with asked as (
  select r.team_id, r.valid_from, r.valid_to, c.cutoff as first_asked
  from team_results r
  asof join team_cutoffs c on c.team_id = r.team_id and r.match_time < c.cutoff
),
-- A change between two cutoffs that both come after the match: one too many splits a past in two that are alike.
changes as (
  select team_id, valid_from as changed_at from asked where valid_from > first_asked
  union
  select team_id, valid_to as changed_at from asked where valid_to > first_asked and isfinite(valid_to)
),
stretches as (
  select team_id, changed_at, row_number() over (partition by team_id order by changed_at) as stretch from changes
),
-- A match that had a result before it moved behind its own cutoff must not see it: its teams have a past without it.
seen_too_early as (
  select c.match_id, c.team_id
  from team_cutoffs c
  join team_results r on r.match_id = c.match_id and r.team_id = c.team_id and r.match_time < c.cutoff
  group by c.match_id, c.team_id
)
select
  c.match_id,
  c.team_id,
  c.cutoff,
  e.match_id as without_match,
  dense_rank() over (order by c.team_id, coalesce(s.stretch, 0), e.match_id)::integer as past_id
from team_cutoffs c
asof left join stretches s on s.team_id = c.team_id and s.changed_at <= c.cutoff
left join seen_too_early e on e.match_id = c.match_id and e.team_id = c.team_id
