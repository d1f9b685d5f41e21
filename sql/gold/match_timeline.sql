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
-- The words of each source on a match, each until its next.
told as materialized (
  select match_id, data_source, known_at as valid_from, coalesce(lead(known_at) over so_far, timestamptz 'infinity') as valid_to,
    match_time, kickoff_precision, match_status, home_score, away_score, venue, referee, source_present
  from silver.fixture_revisions
  where match_id not in (select match_id from silver.quarantined_rows where table_name = 'matches')
  window so_far as (partition by match_id, data_source order by known_at)
),
counts as materialized (
  select match_id, data_source, known_at as valid_from, coalesce(lead(known_at) over so_far, timestamptz 'infinity') as valid_to,
    home_shots, away_shots, home_shots_on_target, away_shots_on_target, home_corners, away_corners,
    coalesce(home_shots, away_shots, home_shots_on_target, away_shots_on_target, home_corners, away_corners, home_fouls, away_fouls,
      home_yellow_cards, away_yellow_cards, home_red_cards, away_red_cards) is null as says_nothing
  from silver.match_statistics
  window so_far as (partition by match_id, data_source order by known_at)
),
-- Where one source alone speaks of a match, its last word stands and nothing is ranked: so it is of nearly all. Names are compared by their
-- hashes: the least of long texts is slow.
disputed as materialized (
  select match_id from told group by match_id having min(hash(data_source)) <> max(hash(data_source))
),
disputed_counts as materialized (
  select match_id from counts group by match_id having min(hash(data_source)) <> max(hash(data_source))
),
revisions as (
  select f.*,
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
  select s.*, { 'says_less': s.says_nothing, 'rank': coalesce(p.statistics, 1000), 'name': s.data_source } as statistic_order
  from counts s
  semi join disputed_counts d on d.match_id = s.match_id
  left join precedence p on p.data_source = s.data_source
),
-- Every instant at which something was said of a match in dispute, until when it was the last.
instants as (
  select match_id, valid_from as known_at, coalesce(lead(valid_from) over (partition by match_id order by valid_from), timestamptz 'infinity') as valid_to
  from (select distinct match_id, valid_from from revisions)
),
instants_of_counts as (
  select match_id, valid_from as known_at, coalesce(lead(valid_from) over (partition by match_id order by valid_from), timestamptz 'infinity') as valid_to
  from (select distinct match_id, valid_from from statistics)
),
said as (
  select match_id, valid_from, valid_to, source_present, match_time, match_status, home_score, away_score, venue, referee
  from told
  anti join disputed using (match_id)
  union all
  select
    i.match_id,
    i.known_at as valid_from,
    i.valid_to,
    bool_or(r.source_present) as source_present,
    arg_min(r.match_time, r.kickoff_order) as match_time,
    -- In a struct, since arg_min passes over a null.
    unnest(arg_min({'match_status': r.match_status, 'home_score': r.home_score, 'away_score': r.away_score}, r.result_order)),
    arg_min({'name': r.venue}, r.venue_order).name as venue,
    arg_min({'name': r.referee}, r.referee_order).name as referee
  from instants i
  join revisions r on r.match_id = i.match_id and r.valid_from <= i.known_at and i.known_at < r.valid_to
  group by i.match_id, i.known_at, i.valid_to
),
counted as (
  select match_id, valid_from, valid_to, home_shots, away_shots, home_shots_on_target, away_shots_on_target, home_corners, away_corners
  from counts
  anti join disputed_counts using (match_id)
  union all
  select i.match_id, i.known_at as valid_from, i.valid_to, unnest(arg_min({
      'home_shots': s.home_shots, 'away_shots': s.away_shots, 'home_shots_on_target': s.home_shots_on_target,
      'away_shots_on_target': s.away_shots_on_target, 'home_corners': s.home_corners, 'away_corners': s.away_corners
    }, s.statistic_order))
  from instants_of_counts i
  join statistics s on s.match_id = i.match_id and s.valid_from <= i.known_at and i.known_at < s.valid_to
  group by i.match_id, i.known_at, i.valid_to
),
-- What was counted from the beginning of time on: nothing, before the first count.
counted_ever as (
  from counted
  union all
  select match_id, timestamptz '-infinity', min(valid_from), null, null, null, null, null, null
  from counts
  group by match_id
)
select
  t.match_id,
  greatest(t.valid_from, c.valid_from) as valid_from,
  least(t.valid_to, c.valid_to) as valid_to,
  t.match_time,
  t.match_status,
  t.source_present,
  t.home_score,
  t.away_score,
  t.venue,
  t.referee,
  c.home_shots,
  c.away_shots,
  c.home_shots_on_target,
  c.away_shots_on_target,
  c.home_corners,
  c.away_corners
from said t
left join counted_ever c on c.match_id = t.match_id and c.valid_from < t.valid_to and t.valid_from < c.valid_to
