-- name: match_timeline
-- grain: match_id, valid_from
-- partition: none
-- inputs: silver.fixture_revisions, silver.match_statistics, silver.source_precedence, silver.quarantined_rows
-- owner: features
-- published: no
-- checks:
--   intervals run forward: select * from match_timeline where valid_to <= valid_from
--   intervals of a match do not overlap: select match_id, valid_from from match_timeline
--     qualify lead(valid_from) over (partition by match_id order by valid_from) < valid_to
--
-- What was known of each match, from when to when. Intervals come before any filter: a row that a filter dropped
-- first would leave the version before it valid for ever. Per instant the fields of a group are those of the source
-- that comes first there (schemas/source-precedence.ts); match_states in Postgres says the same of one instant. Of a match in
-- quarantine nothing is known: no feature of another match counts it.
with precedence as (
  select data_source, max(rank) filter (field_group = 'kickoff') as kickoff,
    max(rank) filter (field_group = 'result') as result, max(rank) filter (field_group = 'live_result') as live_result,
    max(rank) filter (field_group = 'venue') as venue, max(rank) filter (field_group = 'referee') as referee,
    max(rank) filter (field_group = 'statistics') as statistics
  from silver.source_precedence
  group by data_source
),
told as materialized (
  select match_id, data_source, known_at, match_time, kickoff_precision, match_status, home_score, away_score, venue, referee, source_present
  from silver.fixture_revisions
  where match_id not in (select match_id from silver.quarantined_rows where table_name = 'matches')
),
counts as materialized (
  select match_id, data_source, known_at, home_shots, away_shots, home_shots_on_target, away_shots_on_target, home_corners, away_corners,
    coalesce(home_shots, away_shots, home_shots_on_target, away_shots_on_target, home_corners, away_corners, home_fouls, away_fouls,
      home_yellow_cards, away_yellow_cards, home_red_cards, away_red_cards) is null as says_nothing
  from silver.match_statistics
),
-- Where one source alone speaks of a match, its last word stands and nothing is ranked: so it is of nearly all. Names are compared by their
-- hashes: the least of long texts is slow.
disputed as (
  select match_id from told group by match_id having min(hash(data_source)) <> max(hash(data_source))
),
disputed_counts as (
  select match_id from counts group by match_id having min(hash(data_source)) <> max(hash(data_source))
),
revisions as (
  select
    f.match_id,
    f.known_at as valid_from,
    coalesce(
      lead(f.known_at) over (partition by f.match_id, f.data_source order by f.known_at),
      timestamptz 'infinity'
    ) as valid_to,
    f.match_time, f.match_status, f.home_score, f.away_score, f.venue, f.referee, f.source_present,
    {
      'gone': not f.source_present,
      'says_less': f.kickoff_precision = 'day',
      'rank': coalesce(p.kickoff, 1000),
      'name': f.data_source
    } as kickoff_order,
    {
      'gone': not f.source_present,
      'says_less': case f.match_status when 'scheduled' then 3 when 'postponed' then 2 when 'live' then 1 else 0 end,
      'rank': coalesce(case f.match_status when 'live' then p.live_result else p.result end, 1000),
      'name': f.data_source
    } as result_order,
    {
      'gone': not f.source_present,
      'says_less': f.venue is null,
      'rank': coalesce(p.venue, 1000),
      'name': f.data_source
    } as venue_order,
    {
      'gone': not f.source_present,
      'says_less': f.referee is null,
      'rank': coalesce(p.referee, 1000),
      'name': f.data_source
    } as referee_order
  from told f
  semi join disputed d on d.match_id = f.match_id
  left join precedence p on p.data_source = f.data_source
),
statistics as (
  select
    s.match_id,
    s.known_at as valid_from,
    coalesce(
      lead(s.known_at) over (partition by s.match_id, s.data_source order by s.known_at),
      timestamptz 'infinity'
    ) as valid_to,
    s.home_shots, s.away_shots, s.home_shots_on_target, s.away_shots_on_target, s.home_corners, s.away_corners,
    { 'says_less': s.says_nothing, 'rank': coalesce(p.statistics, 1000), 'name': s.data_source } as statistic_order
  from counts s
  semi join disputed_counts d on d.match_id = s.match_id
  left join precedence p on p.data_source = s.data_source
),
-- Every instant at which something was said, until when it was the last, and when each kind of word was last said by then.
instants as materialized (
  select
    match_id,
    known_at,
    coalesce(lead(known_at) over so_far, timestamptz 'infinity') as valid_to,
    max(told_at) over so_far as told_at,
    max(counted_at) over so_far as counted_at
  from (
    select match_id, known_at, max(told_at) as told_at, max(counted_at) as counted_at
    from (
      select match_id, known_at, known_at as told_at, null as counted_at from told
      union all
      select match_id, known_at, null, known_at from counts
    )
    group by match_id, known_at
  )
  window so_far as (partition by match_id order by known_at)
),
said as (
  select i.match_id, i.known_at, r.source_present, r.match_time, r.match_status, r.home_score, r.away_score, r.venue, r.referee
  from instants i
  join (from told anti join disputed using (match_id)) r on r.match_id = i.match_id and r.known_at = i.told_at
  union all
  select
    i.match_id,
    i.known_at,
    bool_or(r.source_present) as source_present,
    arg_min(r.match_time, r.kickoff_order) as match_time,
    -- In a struct, since arg_min passes over a null.
    unnest(arg_min({'match_status': r.match_status, 'home_score': r.home_score, 'away_score': r.away_score}, r.result_order)),
    arg_min({'name': r.venue}, r.venue_order).name as venue,
    arg_min({'name': r.referee}, r.referee_order).name as referee
  from instants i
  join revisions r on r.match_id = i.match_id and r.valid_from <= i.known_at and i.known_at < r.valid_to
  group by i.match_id, i.known_at
),
counted as (
  select i.match_id, i.known_at, s.home_shots, s.away_shots, s.home_shots_on_target, s.away_shots_on_target, s.home_corners, s.away_corners
  from instants i
  join (from counts anti join disputed_counts using (match_id)) s on s.match_id = i.match_id and s.known_at = i.counted_at
  union all
  select i.match_id, i.known_at, unnest(arg_min({
      'home_shots': s.home_shots, 'away_shots': s.away_shots, 'home_shots_on_target': s.home_shots_on_target,
      'away_shots_on_target': s.away_shots_on_target, 'home_corners': s.home_corners, 'away_corners': s.away_corners
    }, s.statistic_order))
  from instants i
  join statistics s on s.match_id = i.match_id and s.valid_from <= i.known_at and i.known_at < s.valid_to
  group by i.match_id, i.known_at
)
select
  i.match_id,
  i.known_at as valid_from,
  i.valid_to,
  said.match_time,
  said.match_status,
  said.source_present,
  said.home_score,
  said.away_score,
  said.venue,
  said.referee,
  counted.home_shots,
  counted.away_shots,
  counted.home_shots_on_target,
  counted.away_shots_on_target,
  counted.home_corners,
  counted.away_corners
from said
join instants i on i.match_id = said.match_id and i.known_at = said.known_at
left join counted on counted.match_id = said.match_id and counted.known_at = said.known_at
