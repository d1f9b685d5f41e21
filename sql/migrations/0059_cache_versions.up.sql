-- How often what a cache tells of was written. A value that is kept carries the versions that were read before it was computed; it may be told while none of them has risen.
-- `all` has one row, of id 0: what changes more than can be named one by one raises it. It begins with the time, so that a database that was made anew on the same Redis is ahead of what is kept there.
create table cache_versions (
  scope varchar(10) not null check (scope in ('all', 'match', 'odds', 'team')),
  id bigint not null,
  version bigint not null default 1,
  changed_at timestamptz not null default clock_timestamp(),
  constraint pk_cache_versions primary key (scope, id)
);

create index idx_cache_versions_changed on cache_versions (changed_at);

insert into cache_versions (scope, id, version) values ('all', 0, extract(epoch from clock_timestamp())::bigint);

-- What an open transaction has written, until its commit raises the versions: a row of `cache_versions` is locked from then on alone, all of one transaction in one order.
-- A row with the scope `commit` stands for the transaction. No row outlives its transaction.
create unlogged table cache_touched (
  transaction_id xid8 not null default pg_current_xact_id(),
  scope varchar(10) not null,
  id bigint not null,
  constraint pk_cache_touched primary key (transaction_id, scope, id)
);

create function raise_cache_versions()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
declare
  told text;
begin
  for told in
    with gone as (
      delete from cache_touched where transaction_id = pg_current_xact_id() returning scope, id
    ), touched as (
      select scope, id from gone where scope <> 'commit'
    ), raised as (
      insert into cache_versions (scope, id)
      select scope, id from touched where (select count(*) from touched) <= 1000
      union all select 'all', 0 from (select count(*) as n from touched) t where t.n > 1000
      order by 1, 2
      on conflict (scope, id) do update set version = cache_versions.version + 1, changed_at = clock_timestamp()
      returning scope, id, version
    ), numbered as (
      select format('%s:%s:%s', scope, id, version) as line, row_number() over () / 150 as page from raised
    )
    -- A notice holds 8,000 bytes; 150 lines are below that, whatever their numbers.
    select string_agg(line, ',') from numbered group by page
  loop
    perform pg_notify('touchline_cache', told);
  end loop;
  return null;
end
$$;

create constraint trigger tr_raise_cache_versions after insert on cache_touched
  deferrable initially deferred for each row when (new.scope = 'commit') execute function raise_cache_versions();

-- Of rows that tell of matches; the argument is the column with the match's id. What is told of a team follows from its matches.
create function touch_cache_of_matches()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  execute format(
    'with ids as materialized (select distinct %I as id from changed), size as (select count(*) as n from ids)
     insert into cache_touched (scope, id)
     select ''match'', ids.id from ids, size where n <= 1000
     union select ''team'', t.id from ids join match_registry r on r.id = ids.id, unnest(array[r.home_team_id, r.away_team_id]) as t (id), size where n <= 1000
     union all select ''all'', 0 from size where n > 1000
     union all select ''commit'', 0 from size where n > 0
     on conflict do nothing', tg_argv[0]);
  return null;
end
$$;

create function touch_cache_of_odds()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  with ids as materialized (select distinct match_id as id from changed), size as (select count(*) as n from ids)
  insert into cache_touched (scope, id)
  select 'odds', ids.id from ids, size where n <= 1000
  union all select 'all', 0 from size where n > 1000
  union all select 'commit', 0 from size where n > 0
  on conflict do nothing;
  return null;
end
$$;

-- Names and rules that stand in everything, and tables that were emptied.
create function touch_cache_of_all()
returns trigger
language plpgsql
security definer
set search_path = pg_catalog, public, pg_temp
as $$
begin
  insert into cache_touched (scope, id) values ('all', 0), ('commit', 0) on conflict do nothing;
  return null;
end
$$;

create trigger tr_touch_cache_insert after insert on matches referencing new table as changed
  for each statement execute function touch_cache_of_matches('id');
create trigger tr_touch_cache_update after update on matches referencing new table as changed
  for each statement execute function touch_cache_of_matches('id');
create trigger tr_touch_cache_delete after delete on matches referencing old table as changed
  for each statement execute function touch_cache_of_matches('id');
create trigger tr_touch_cache_truncate after truncate on matches for each statement execute function touch_cache_of_all();

create trigger tr_touch_cache_insert after insert on fixture_revisions referencing new table as changed
  for each statement execute function touch_cache_of_matches('match_id');
create trigger tr_touch_cache_delete after delete on fixture_revisions referencing old table as changed
  for each statement execute function touch_cache_of_matches('match_id');
create trigger tr_touch_cache_truncate after truncate on fixture_revisions
  for each statement execute function touch_cache_of_all();

create trigger tr_touch_cache_insert after insert on match_statistics referencing new table as changed
  for each statement execute function touch_cache_of_matches('match_id');
create trigger tr_touch_cache_delete after delete on match_statistics referencing old table as changed
  for each statement execute function touch_cache_of_matches('match_id');
create trigger tr_touch_cache_truncate after truncate on match_statistics
  for each statement execute function touch_cache_of_all();

create trigger tr_touch_cache_insert after insert on odds referencing new table as changed
  for each statement execute function touch_cache_of_odds();
create trigger tr_touch_cache_update after update on odds referencing new table as changed
  for each statement execute function touch_cache_of_odds();
create trigger tr_touch_cache_delete after delete on odds referencing old table as changed
  for each statement execute function touch_cache_of_odds();
create trigger tr_touch_cache_truncate after truncate on odds for each statement execute function touch_cache_of_all();

-- Each row for itself: they are few, and a statement that changes none leaves everything as it is. A merge gives matches to another team.
create trigger tr_touch_cache_update after update of league_id, season, home_team_id, away_team_id on match_registry
  for each row execute function touch_cache_of_all();
create trigger tr_touch_cache_update after update of name, country on teams
  for each row when (old.name <> new.name or old.country <> new.country) execute function touch_cache_of_all();
create trigger tr_touch_cache_update after update of code on leagues
  for each row when (old.code <> new.code) execute function touch_cache_of_all();
create trigger tr_touch_cache_change after insert or update or delete on source_precedence
  for each row execute function touch_cache_of_all();
create trigger tr_touch_cache_change after insert or update or delete on quarantines
  for each row execute function touch_cache_of_all();
