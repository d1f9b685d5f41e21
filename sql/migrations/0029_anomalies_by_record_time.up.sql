-- From where on in silver's own time the next detection looks, which is a little before the last one began: a row takes the time of its
-- transaction's begin and is seen at its end. `rows_seen` are the rows since then that were seen already. What is predicted has the time of the job alone.
alter table anomaly_watermarks
  add column rows_from timestamptz,
  add column rows_seen bigint[] not null default '{}';
update anomaly_watermarks set rows_from = detected_until - interval '1 hour';
alter table anomaly_watermarks alter column rows_from set not null;

-- What came to silver since an instant, whatever it is about. Rows come in the order of time, so that the smallest index there is finds them.
create index idx_odds_created on odds using brin (created_at);

drop materialized view mv_odds_trends;
drop materialized view mv_team_recent_performance;

-- The form of the last 30 days, as before, without matches in quarantine.
create materialized view mv_team_recent_performance as
with played as (
  select home_team_id, away_team_id, home_score, away_score, match_time
  from matches
  where match_time >= now() - interval '30 days' and match_time <= now()
    and match_status = 'completed' and home_score is not null and away_score is not null and source_present
    and id not in (select match_id from quarantined_rows where table_name = 'matches')
), sides as (
  select home_team_id as team_id, true as at_home, home_score as scored, away_score as conceded, match_time from played
  union all
  select away_team_id, false, away_score, home_score, match_time from played
)
select
  t.id as team_id,
  t.name as team_name,
  count(*) filter (where s.at_home)::integer as recent_home_matches,
  count(*) filter (where not s.at_home)::integer as recent_away_matches,
  count(*) filter (where s.at_home and s.scored > s.conceded)::integer as recent_home_wins,
  count(*) filter (where not s.at_home and s.scored > s.conceded)::integer as recent_away_wins,
  coalesce(sum(s.scored) filter (where s.at_home), 0)::integer as recent_home_goals,
  coalesce(sum(s.scored) filter (where not s.at_home), 0)::integer as recent_away_goals,
  coalesce(sum(s.conceded) filter (where s.at_home), 0)::integer as recent_home_conceded,
  coalesce(sum(s.conceded) filter (where not s.at_home), 0)::integer as recent_away_conceded,
  max(s.match_time) as last_match_time
from teams t
left join sides s on s.team_id = t.id
group by t.id, t.name;

create unique index uq_mv_team_recent_performance on mv_team_recent_performance (team_id);

-- As before, without prices in quarantine: a quote whose last value is there does not count. What is suspicious never did.
create materialized view mv_odds_trends as
with quotes as (
  select distinct on (match_id, bookmaker, market_type, price_phase, line_value, collected_at)
    match_id, bookmaker, market_type, line_value, collected_at, suspicious_odds, data_source, recorded_at,
    home_odds, draw_odds, away_odds, over_odds, under_odds
  from odds
  where quote_kind = 'book' and price_phase <> 'live'
    and match_id in (select id from matches where match_time >= now() - interval '30 days')
    and collected_at >= now() - interval '1 year'
  order by match_id, bookmaker, market_type, price_phase, line_value, collected_at, recorded_at desc
), trends as (
  select
    match_id, market_type, coalesce(line_value, 0) as line_value,
    count(distinct bookmaker)::integer as bookmaker_count,
    count(*)::integer as quote_count,
    min(collected_at) as first_quote_at,
    max(collected_at) as last_quote_at,
    avg(home_odds) as home, avg(draw_odds) as draw, avg(away_odds) as away,
    avg(over_odds) as over, avg(under_odds) as under,
    stddev_pop(home_odds) as home_volatility, stddev_pop(draw_odds) as draw_volatility,
    stddev_pop(away_odds) as away_volatility, stddev_pop(over_odds) as over_volatility,
    stddev_pop(under_odds) as under_volatility
  from quotes
  where not suspicious_odds and 0 = case market_type
    when '1x2' then num_nulls(home_odds, draw_odds, away_odds)
    when 'over_under' then num_nulls(over_odds, under_odds)
    else num_nulls(home_odds, away_odds) end
    and not exists (
      select from quarantined_rows k
      where k.table_name = 'odds' and k.match_id = quotes.match_id and k.data_source = quotes.data_source
        and k.bookmaker = quotes.bookmaker and k.market_type = quotes.market_type
        and k.line_value is not distinct from quotes.line_value
        and k.collected_at = quotes.collected_at and k.recorded_at = quotes.recorded_at)
  group by match_id, market_type, coalesce(line_value, 0)
)
select
  match_id, market_type, line_value, bookmaker_count, quote_count, first_quote_at, last_quote_at,
  round(home, 3) as home_odds_avg, round(draw, 3) as draw_odds_avg, round(away, 3) as away_odds_avg,
  round(over, 3) as over_odds_avg, round(under, 3) as under_odds_avg,
  round(home_volatility, 4) as home_odds_volatility, round(draw_volatility, 4) as draw_odds_volatility,
  round(away_volatility, 4) as away_odds_volatility, round(over_volatility, 4) as over_odds_volatility,
  round(under_volatility, 4) as under_odds_volatility,
  round(1 / home / total, 4) as home_implied_probability, round(1 / draw / total, 4) as draw_implied_probability,
  round(1 / away / total, 4) as away_implied_probability, round(1 / over / total, 4) as over_implied_probability,
  round(1 / under / total, 4) as under_implied_probability,
  round(total - 1, 4) as overround
from trends
cross join lateral (
  select coalesce(1 / home, 0) + coalesce(1 / draw, 0) + coalesce(1 / away, 0) + coalesce(1 / over, 0) + coalesce(1 / under, 0)
) as t (total);

create unique index uq_mv_odds_trends on mv_odds_trends (match_id, market_type, line_value);
