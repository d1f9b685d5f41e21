create or replace function match_states(match_ids bigint[], as_of timestamptz)
returns table (
  match_id bigint,
  match_time timestamptz,
  kickoff_precision varchar,
  kickoff_source varchar,
  match_status varchar,
  home_score integer,
  away_score integer,
  result_source varchar,
  home_ht_score integer,
  away_ht_score integer,
  half_time_source varchar,
  venue varchar,
  venue_source varchar,
  referee varchar,
  referee_source varchar,
  source_present boolean,
  sources integer
)
language sql stable
as $$
  with latest as materialized (
    select * from latest_revisions(match_ids, as_of)
  ),
  kickoffs as (
    select distinct on (l.match_id) l.*
    from latest l
    left join source_precedence p on p.field_group = 'kickoff' and p.data_source = l.data_source
    order by l.match_id, not l.source_present, l.kickoff_precision = 'day', p.rank, l.data_source collate "C"
  ),
  results as (
    select distinct on (l.match_id) l.*
    from latest l
    left join source_precedence p on p.field_group = 'result' and p.data_source = l.data_source
    order by l.match_id, not l.source_present, status_stage(l.match_status), p.rank, l.data_source collate "C"
  ),
  half_times as (
    select distinct on (l.match_id) l.*
    from latest l
    join results r
      on r.match_id = l.match_id and r.source_present = l.source_present and r.match_status = l.match_status
      and r.home_score = l.home_score and r.away_score = l.away_score
    left join source_precedence p on p.field_group = 'result' and p.data_source = l.data_source
    where l.home_ht_score is not null and l.away_ht_score is not null
    order by l.match_id, p.rank, l.data_source collate "C"
  ),
  venues as (
    select distinct on (l.match_id) l.*
    from latest l
    left join source_precedence p on p.field_group = 'venue' and p.data_source = l.data_source
    order by l.match_id, not l.source_present, l.venue is null, p.rank, l.data_source collate "C"
  ),
  referees as (
    select distinct on (l.match_id) l.*
    from latest l
    left join source_precedence p on p.field_group = 'referee' and p.data_source = l.data_source
    order by l.match_id, not l.source_present, l.referee is null, p.rank, l.data_source collate "C"
  ),
  counts as (
    select l.match_id, count(*)::integer as sources from latest l group by l.match_id
  )
  select k.match_id, k.match_time, k.kickoff_precision, k.data_source,
    r.match_status, r.home_score, r.away_score, r.data_source,
    h.home_ht_score, h.away_ht_score, h.data_source,
    v.venue, case when v.venue is not null then v.data_source end,
    f.referee, case when f.referee is not null then f.data_source end,
    k.source_present, c.sources
  from kickoffs k
  join results r using (match_id)
  left join half_times h using (match_id)
  join venues v using (match_id)
  join referees f using (match_id)
  join counts c using (match_id)
$$;

drop function result_group(text);
