-- name: match_timeline
-- grain: match_id, valid_from
-- partition: none
-- inputs: silver.fixture_revisions, silver.match_statistics
-- owner: features
-- published: no
-- checks:
--   intervals run forward: select * from match_timeline where valid_to <= valid_from
--   intervals of a match do not overlap: select match_id, valid_from from match_timeline
--     qualify lead(valid_from) over (partition by match_id order by valid_from) < valid_to
--
-- What was known of each match, from when to when. Intervals come before any filter: a row that a filter dropped
-- first would leave the version before it valid for ever. Per instant the row of the source that ranks first counts.
with revisions as (
  select
    match_id,
    if(data_source = 'football_data', '', data_source) as source_rank,
    known_at as valid_from,
    coalesce(
      lead(known_at) over (partition by match_id, data_source order by known_at),
      timestamptz 'infinity'
    ) as valid_to,
    match_time, match_status, home_score, away_score, source_present
  from silver.fixture_revisions
),
statistics as (
  select
    match_id,
    if(data_source = 'football_data', '', data_source) as source_rank,
    known_at as valid_from,
    coalesce(
      lead(known_at) over (partition by match_id, data_source order by known_at),
      timestamptz 'infinity'
    ) as valid_to,
    home_shots, away_shots, home_shots_on_target, away_shots_on_target, home_corners, away_corners
  from silver.match_statistics
),
instants as (
  select match_id, known_at from silver.fixture_revisions
  union
  select match_id, known_at from silver.match_statistics
),
said as (
  select i.match_id, i.known_at, arg_min(r, r.source_rank) as revision
  from instants i
  join revisions r on r.match_id = i.match_id and r.valid_from <= i.known_at and i.known_at < r.valid_to
  group by i.match_id, i.known_at
),
counted as (
  select i.match_id, i.known_at, arg_min(s, s.source_rank) as statistic
  from instants i
  join statistics s on s.match_id = i.match_id and s.valid_from <= i.known_at and i.known_at < s.valid_to
  group by i.match_id, i.known_at
)
select
  said.match_id,
  said.known_at as valid_from,
  coalesce(
    lead(said.known_at) over (partition by said.match_id order by said.known_at),
    timestamptz 'infinity'
  ) as valid_to,
  revision.match_time,
  revision.match_status,
  revision.source_present,
  revision.home_score,
  revision.away_score,
  statistic.home_shots,
  statistic.away_shots,
  statistic.home_shots_on_target,
  statistic.away_shots_on_target,
  statistic.home_corners,
  statistic.away_corners
from said
left join counted on counted.match_id = said.match_id and counted.known_at = said.known_at
