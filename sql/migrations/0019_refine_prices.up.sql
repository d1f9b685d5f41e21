-- The prices of the match have to be told anew: its kick-off moved, it began, or it became known after its prices came. Set under the
-- lock of the match, as it is taken back: a row of bronze may be held by whoever stores prices.
alter table match_registry add column prices_pending boolean not null default false;
create index idx_match_registry_prices_pending on match_registry (id) where prices_pending;

-- When a price was last said is part of what silver tells of it (odds_last_seen, the closing price).
create function refine_price_again() returns trigger
language plpgsql
as $$
begin
  new.process_status := 'pending';
  new.processed := false;
  return new;
end
$$;

create trigger tr_raw_odds_data_seen_again before update of last_seen_at on raw_odds_data
  for each row when (new.last_seen_at > old.last_seen_at and old.process_status = 'done')
  execute function refine_price_again();

-- As before; a price that this transaction has noted as processed says so too, of its match and source.
create or replace function refined_now(match_ids bigint[])
returns table (match_id bigint, data_source varchar)
language sql
stable
set search_path = pg_catalog, public, pg_temp
as $$
  select distinct x.match_id, x.data_source
  from match_external_ids x
  join raw_match_data r on r.data_source = x.data_source and r.external_match_id = x.external_id
  where x.match_id = any(match_ids) and r.process_status in ('done', 'held') and r.xmin = pg_current_xact_id()::xid
  union
  select distinct x.match_id, x.data_source
  from match_external_ids x
  join source_match_ids s on s.data_source = x.data_source and s.external_match_id = x.external_id
  join raw_odds_data r on r.data_source = s.data_source and r.external_match_id = s.source_id
  where x.match_id = any(match_ids) and r.process_status in ('done', 'held') and r.xmin = pg_current_xact_id()::xid
$$;

-- As before; those about prices of live sources go by the payload of the price.
create or replace function withdraw_findings(finding_ids bigint[])
returns void
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  refused jsonb;
begin
  with gone as materialized (
    delete from data_quality_logs
    where id = any(finding_ids) and handled_at is null
      and table_name in ('matches', 'fixture_revisions', 'match_statistics', 'odds', 'raw_odds_data')
    returning id, table_name, record_id, case error_type when 'source_conflict' then (error_data ->> 'match_id')::bigint end as match_id
  ), told as (
    select n.match_id from refined_now(array(select match_id from gone where match_id is not null)) n
  )
  select to_jsonb(g) into refused
  from gone g
  where case when g.table_name = 'raw_odds_data' then not exists (
      select from raw_odds_data r
      where r.id = g.record_id and r.process_status in ('done', 'held') and r.xmin = pg_current_xact_id()::xid)
    else not exists (
      select from raw_match_data r
      join raw_match_data n on n.data_source = r.data_source and n.external_match_id = r.external_match_id
      where r.id = g.record_id and n.process_status in ('done', 'held') and n.xmin = pg_current_xact_id()::xid)
    and not exists (select from told t where t.match_id = g.match_id) end
  limit 1;
  if refused is not null and not pg_has_role(
    case current_setting('role') when 'none' then session_user::text else current_setting('role') end, 'football_admin', 'usage') then
    perform refuse_withdrawal('data_quality_logs', refused);
  end if;
end
$$;

-- As before; record_id of a finding about a price is the id of its payload in raw_odds_data, and its data say whose it is.
create or replace view v_findings as
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
left join raw_match_data r on r.id = f.record_id and f.table_name not in ('teams', 'raw_odds_data')
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
