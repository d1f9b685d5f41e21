-- Review: a finding is a row of data_quality_logs; what people decide about it are transitions.
alter table data_quality_logs
  -- What the finding is about: with its payload and type it names the doubt that a release waives.
  add column field varchar(300),
  -- The normal path accepts the payload although the rule doubts it.
  add column released boolean not null default false,
  add constraint ck_data_quality_logs_status check (status in ('logged', 'in_review', 'resolved', 'ignored')),
  add constraint ck_data_quality_logs_released check (status = 'resolved' or not released);

create index idx_data_quality_logs_queue on data_quality_logs (detected_at desc, id desc)
  where requires_manual_review and status in ('logged', 'in_review');
create index idx_data_quality_logs_record on data_quality_logs (record_id);

-- Append-only: who moved a finding, when, why, and what it came with. `hold` is refine's own: a released payload
-- that the normal path still cannot accept.
create table review_transitions (
  id bigint generated always as identity primary key,
  finding_id bigint not null references data_quality_logs (id),
  action varchar(20) not null check (action in ('take', 'resolve', 'ignore', 'release', 'reopen', 'hold')),
  from_status varchar(20) not null check (from_status in ('logged', 'in_review', 'resolved', 'ignored')),
  to_status varchar(20) not null check (to_status in ('logged', 'in_review', 'resolved', 'ignored')),
  by varchar(100) not null check (btrim(by) <> ''),
  why text not null check (btrim(why) <> ''),
  at timestamptz not null default now(),
  details jsonb
);

create index idx_review_transitions_finding on review_transitions (finding_id, id);

create trigger tr_review_transitions_append_only
before update or delete on review_transitions
for each statement execute function refuse_change_of_history();

-- Every finding with its source and, in our names, its league and season; a finding about several lists them with ', '
-- between. record_id is a payload's id but for findings about teams. A payload's key begins with division and season; of a row
-- without a key the file says them, of a finding without a payload its own data.
create view v_findings as
select
  f.id, f.table_name, f.record_id, f.error_type, f.severity, f.field, f.error_message, f.error_data, f.status,
  f.released, f.requires_manual_review, f.handled_by, f.handled_at, f.resolution_notes, f.detected_at,
  told.data_source,
  coalesce(l.code, told.division, (
    select string_agg(distinct coalesce(o.code, d.name #>> '{}'), ', ')
    from jsonb_path_query(f.error_data -> 'divisions', '$[*]') as d (name)
    left join league_external_ids y on y.data_source = told.data_source and y.external_id = d.name #>> '{}'
    left join leagues o on o.id = y.league_id
  )) as league,
  coalesce(told.season, (
    select string_agg(s.name #>> '{}', ', ' order by s.name #>> '{}')
    from jsonb_path_query(f.error_data -> 'seasons', '$[*]') as s (name)
  )) as season,
  f.error_data ->> 'bookmaker' as bookmaker,
  r.external_match_id,
  r.process_status
from data_quality_logs f
left join raw_match_data r on r.id = f.record_id and f.table_name <> 'teams'
left join lateral (
  select s.division, s.season
  from edition_rows m join source_editions s on s.id = m.edition_id
  where m.raw_id = r.id and r.external_match_id is null
  order by s.id limit 1
) as e on true
cross join lateral (
  select
    coalesce(r.data_source, f.error_data ->> 'dataSource', f.error_data ->> 'data_source') as data_source,
    coalesce(split_part(r.external_match_id, '/', 1), e.division, f.error_data ->> 'division') as division,
    coalesce(split_part(r.external_match_id, '/', 2), e.season, f.error_data ->> 'season') as season
) as told
left join league_external_ids x on x.data_source = told.data_source and x.external_id = told.division
left join leagues l on l.id = x.league_id;

-- QUAL-17: what waits for a person, newest first.
create view v_open_reviews as
select id, detected_at, error_type, severity, table_name, field, error_message, status, handled_by, data_source, league, season,
  bookmaker, external_match_id
from v_findings
where requires_manual_review and status in ('logged', 'in_review')
order by detected_at desc, id desc;

-- QUAL-17: what the last day found.
create view v_quality_issues_24h as
select error_type, table_name, count(*) as issues, max(detected_at) as latest
from data_quality_logs
where detected_at >= now() - interval '24 hours'
group by error_type, table_name
order by issues desc, error_type, table_name;

-- QUAL-16: findings by type, table, status and the day (UTC) on which they were made.
create view v_quality_statistics as
select error_type, table_name, status, (detected_at at time zone 'UTC')::date as day, count(*) as findings,
  count(*) filter (where requires_manual_review) as for_review, count(*) filter (where released) as released
from data_quality_logs
group by 1, 2, 3, 4;
