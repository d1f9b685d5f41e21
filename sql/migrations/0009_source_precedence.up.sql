-- Whose word counts in which fields: filled from schemas/source-precedence.ts, which says why.
create table source_precedence (
  field_group varchar(20) not null,
  data_source varchar(100) not null,
  rank integer not null check (rank >= 1),
  primary key (field_group, data_source),
  constraint uq_source_precedence_rank unique (field_group, rank)
);

-- The latest word of each source on each match, as known at an instant.
create function latest_revisions(match_ids bigint[], as_of timestamptz)
returns setof fixture_revisions
language sql stable
as $$
  select distinct on (f.match_id, f.data_source) f.*
  from fixture_revisions f
  where f.match_id = any (match_ids) and f.known_at <= as_of
  order by f.match_id, f.data_source, f.known_at desc
$$;

-- How far a status has got: what a source has not heard yet does not hide what another has.
create function status_stage(match_status text)
returns integer
language sql immutable parallel safe
as $$
  select case match_status when 'scheduled' then 3 when 'postponed' then 2 when 'live' then 1 else 0 end
$$;

-- A match as known at an instant, and whose word each group of fields is; no row where nothing was known. The current
-- row of a match is this at 'infinity'. sql/gold/match_timeline.sql says the same of every instant at once.
create function match_states(match_ids bigint[], as_of timestamptz)
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

-- What a source says in one group of fields, to compare and to show.
create function said_of(field_group text, revision fixture_revisions)
returns jsonb
language sql stable
as $$
  select case field_group
    when 'kickoff' then jsonb_build_object(
      'match_time', to_char(revision.match_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
      'kickoff_precision', revision.kickoff_precision)
    when 'result' then jsonb_build_object(
      'match_status', revision.match_status, 'home_score', revision.home_score, 'away_score', revision.away_score,
      'home_ht_score', revision.home_ht_score, 'away_ht_score', revision.away_ht_score)
    when 'venue' then jsonb_build_object('venue', revision.venue)
  end
$$;

-- Where a source contradicts the one whose word is kept, as known at an instant, and since when both have said so. Not
-- hearing of something is no contradiction; a day does not contradict a minute of that day (in the league's zone).
-- Referees are left out: every source abbreviates their names in its own way.
create function source_conflicts(match_ids bigint[], as_of timestamptz)
returns table (
  match_id bigint,
  field_group text,
  kept_source varchar,
  kept_value jsonb,
  other_source varchar,
  other_value jsonb,
  since timestamptz
)
language sql stable
as $$
  with kept as (
    select s.match_id, g.field_group, g.data_source
    from match_states(match_ids, as_of) s
    cross join lateral (values
      ('kickoff', s.kickoff_source), ('result', s.result_source), ('venue', s.venue_source)
    ) as g (field_group, data_source)
    where s.sources > 1
  ),
  latest as materialized (
    select l.match_id, l.data_source, l.source_present, l as revision
    from latest_revisions(match_ids, as_of) l
  ),
  pairs as (
    select c.match_id, c.field_group, k.revision as kept, o.revision as other
    from kept c
    join latest k on k.match_id = c.match_id and k.data_source = c.data_source
    join latest o
      on o.match_id = c.match_id and o.data_source <> c.data_source and o.source_present = k.source_present
  ),
  conflicts as (
    select p.*
    from pairs p
    where case p.field_group
      when 'kickoff' then (p.kept).match_time <> (p.other).match_time and (
        ((p.kept).kickoff_precision = 'minute' and (p.other).kickoff_precision = 'minute')
        or (
          select ((p.kept).match_time at time zone z.time_zone)::date
            <> ((p.other).match_time at time zone z.time_zone)::date
          from match_registry m join leagues z on z.id = m.league_id
          where m.id = p.match_id
        ))
      when 'result' then
        status_stage((p.kept).match_status) = 0 and status_stage((p.other).match_status) = 0
        and ((p.kept).match_status <> (p.other).match_status
          or (p.kept).home_score <> (p.other).home_score or (p.kept).away_score <> (p.other).away_score
          or (p.kept).home_ht_score <> (p.other).home_ht_score or (p.kept).away_ht_score <> (p.other).away_ht_score)
      when 'venue' then lower((p.kept).venue) <> lower((p.other).venue)
    end
  )
  select c.match_id, c.field_group, (c.kept).data_source, said_of(c.field_group, c.kept),
    (c.other).data_source, said_of(c.field_group, c.other), began.at
  from conflicts c
  cross join lateral (
    -- Each has said so since the first revision after the last that said otherwise; both, since the later of the two.
    select max(one.at) as at
    from (values (c.kept), (c.other)) as side (revision)
    cross join lateral (
      select min(f.known_at) as at
      from fixture_revisions f
      where f.match_id = c.match_id and f.data_source = (side.revision).data_source and f.known_at <= as_of
        and not exists (
          select from fixture_revisions d
          where d.match_id = f.match_id and d.data_source = f.data_source
            and d.known_at >= f.known_at and d.known_at <= as_of
            and (d.source_present <> (side.revision).source_present
              or said_of(c.field_group, d) <> said_of(c.field_group, side.revision)))
    ) as one
  ) as began
$$;

-- Where sources contradict each other now.
create view v_source_conflicts as
select c.match_id, c.field_group, c.kept_source, c.kept_value, c.other_source, c.other_value, c.since
from source_conflicts(
  array(select f.match_id from fixture_revisions f group by f.match_id having min(f.data_source) <> max(f.data_source)),
  'infinity'
) c;

create index idx_data_quality_logs_source_conflict on data_quality_logs (((error_data ->> 'match_id')::bigint))
  where error_type = 'source_conflict';
