-- The rules of single rows. A score is unknown or believable, a price is a price (NaN is greater than every number), no file tells
-- of a match before 1990, and a prediction is as sure as its likeliest result.
alter table matches
  add constraint ck_matches_home_score_range check (home_score is null or home_score between 0 and 99),
  add constraint ck_matches_away_score_range check (away_score is null or away_score between 0 and 99),
  add constraint ck_matches_home_ht_score_range check (home_ht_score is null or home_ht_score between 0 and 99),
  add constraint ck_matches_away_ht_score_range check (away_ht_score is null or away_ht_score between 0 and 99),
  add constraint ck_matches_match_time_range check (match_time > timestamptz '1990-01-01 00:00:00+00');

alter table odds
  add constraint ck_odds_home_odds_range check (home_odds is null or (home_odds > 1.01 and home_odds <> 'NaN')),
  add constraint ck_odds_draw_odds_range check (draw_odds is null or (draw_odds > 1.01 and draw_odds <> 'NaN')),
  add constraint ck_odds_away_odds_range check (away_odds is null or (away_odds > 1.01 and away_odds <> 'NaN')),
  add constraint ck_odds_over_odds_range check (over_odds is null or (over_odds > 1.01 and over_odds <> 'NaN')),
  add constraint ck_odds_under_odds_range check (under_odds is null or (under_odds > 1.01 and under_odds <> 'NaN'));

alter table predictions
  add constraint ck_predictions_confidence_score
    check (confidence_score = greatest(home_win_probability, draw_probability, away_win_probability));

-- No delete takes matches or features along, now or at the end of the transaction.
alter table matches
  drop constraint matches_home_team_id_fkey,
  drop constraint matches_away_team_id_fkey,
  drop constraint matches_league_id_fkey,
  add constraint matches_home_team_id_fkey foreign key (home_team_id) references teams (id) on delete restrict,
  add constraint matches_away_team_id_fkey foreign key (away_team_id) references teams (id) on delete restrict,
  add constraint matches_league_id_fkey foreign key (league_id) references leagues (id) on delete restrict;

alter table features
  drop constraint features_team_id_fkey,
  add constraint features_team_id_fkey foreign key (team_id) references teams (id) on delete restrict;

-- The foreign keys of matches hold the locks that keep a concurrent delete out; this gives each rule a name and a SQLSTATE of its
-- own. It also passes when a moved kick-off takes the row to another month, which is an UPDATE, a DELETE and an INSERT.
create function check_match_teams_consistency() returns trigger
language plpgsql
as $$
begin
  if new.home_team_id = new.away_team_id then
    raise exception 'A match needs two teams, and match % has team % twice', new.id, new.home_team_id using
      errcode = '23T01', constraint = 'match_teams_differ', table = 'matches',
      detail = jsonb_build_object('id', new.id, 'home_team_id', new.home_team_id, 'away_team_id', new.away_team_id)::text;
  end if;
  if not exists (select from public.teams where id = new.home_team_id) then
    raise exception 'The home team % of match % does not exist', new.home_team_id, new.id using
      errcode = '23T02', constraint = 'match_home_team_exists', table = 'matches',
      detail = jsonb_build_object('id', new.id, 'home_team_id', new.home_team_id)::text;
  end if;
  if not exists (select from public.teams where id = new.away_team_id) then
    raise exception 'The away team % of match % does not exist', new.away_team_id, new.id using
      errcode = '23T03', constraint = 'match_away_team_exists', table = 'matches',
      detail = jsonb_build_object('id', new.id, 'away_team_id', new.away_team_id)::text;
  end if;
  if not exists (select from public.leagues where id = new.league_id) then
    raise exception 'The league % of match % does not exist', new.league_id, new.id using
      errcode = '23T04', constraint = 'match_league_exists', table = 'matches',
      detail = jsonb_build_object('id', new.id, 'league_id', new.league_id)::text;
  end if;
  return new;
end
$$;

create trigger tr_check_match_teams_consistency before insert or update on matches
  for each row execute function check_match_teams_consistency();

-- That the match exists is a foreign key. What crosses rows: a pre-match or closing price cannot have been taken after the
-- latest kick-off that any source ever gave the match, nor a live one before the earliest. A match that moved leaves its old
-- prices on either side of the new kick-off, so one kick-off that fits is enough. The registry's time settles nearly every row; only
-- the others are looked up among the revisions, where a date without a time stands for its whole day (25 hours where clocks go back).
create function check_odds_consistency() returns trigger
language plpgsql
as $$
declare
  odd record;
begin
  -- Planned anew for each statement: a plan made for one row would be used for a hundred thousand, or the other way round.
  execute $query$
    select n.match_id, n.bookmaker, n.market_type, n.price_phase, n.collected_at, r.match_time
    from new_odds n
    join public.match_registry r on r.id = n.match_id
    where case when n.price_phase = 'live' then n.collected_at < r.match_time else n.collected_at > r.match_time end
      and not exists (
        select from public.fixture_revisions f
        where f.match_id = n.match_id
          and case when n.price_phase = 'live' then n.collected_at >= f.match_time
            else n.collected_at <= f.match_time
              + case f.kickoff_precision when 'day' then interval '25 hours' else interval '0' end end)
    limit 1
  $query$ into odd;
  if odd.match_id is not null then
    raise exception 'A % price of match % cannot be of %: the match starts at %',
      odd.price_phase, odd.match_id, odd.collected_at, odd.match_time using
      errcode = '23T05', constraint = 'odds_phase_fits_kickoff', table = 'odds', detail = to_jsonb(odd)::text;
  end if;
  return null;
end
$$;

-- A trigger with a transition table takes one event.
create trigger tr_check_odds_consistency after insert on odds
  referencing new table as new_odds for each statement execute function check_odds_consistency();

create trigger tr_check_odds_consistency_update after update on odds
  referencing new table as new_odds for each statement execute function check_odds_consistency();

create function set_updated_at() returns trigger
language plpgsql
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

alter table team_external_ids add column updated_at timestamptz not null default now();
alter table match_external_ids add column updated_at timestamptz not null default now();
alter table features add column updated_at timestamptz not null default now();
alter table predictions add column updated_at timestamptz not null default now();
alter table prediction_keys add column updated_at timestamptz not null default now();

create trigger tr_set_updated_at before update on leagues for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on teams for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on match_registry for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on matches for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on odds for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on data_quality_logs for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on data_collection_logs for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on team_external_ids for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on match_external_ids for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on features for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on predictions for each row execute function set_updated_at();
create trigger tr_set_updated_at before update on prediction_keys for each row execute function set_updated_at();

-- What was said, by whom and when it was known is never rewritten. The triggers name the columns that stand: one whose UPDATE names
-- none of them costs nothing. Withdrawing is not rewriting.
create function refuse_change_of_history() returns trigger
language plpgsql
as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using
    errcode = '23T06', constraint = tg_table_name || '_append_only', table = tg_table_name;
end
$$;

create trigger tr_fixture_revisions_append_only before update on fixture_revisions
  for each statement execute function refuse_change_of_history();
create trigger tr_match_statistics_append_only before update on match_statistics
  for each statement execute function refuse_change_of_history();
-- Whether a quote is suspicious is our doubt, and may change.
create trigger tr_odds_append_only
  before update of match_id, data_source, bookmaker, market_type, quote_kind, price_phase, home_odds, draw_odds, away_odds, over_odds,
    under_odds, line_value, collected_at, recorded_at, known_at_basis, provider_updated_at, raw_id, created_at
  on odds for each statement execute function refuse_change_of_history();
create trigger tr_raw_match_data_append_only
  before update of data_source, raw_data, collected_at, content_hash, dedup_key, created_at
  on raw_match_data for each statement execute function refuse_change_of_history();
create trigger tr_source_editions_append_only before update on source_editions
  for each statement execute function refuse_change_of_history();
create trigger tr_edition_rows_append_only before update on edition_rows
  for each statement execute function refuse_change_of_history();
