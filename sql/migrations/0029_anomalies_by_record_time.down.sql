drop materialized view mv_odds_trends;
drop materialized view mv_team_recent_performance;

-- The form of the last 30 days: completed matches that their source still lists.
create materialized view mv_team_recent_performance as
with played as (
  select home_team_id, away_team_id, home_score, away_score, match_time
  from matches
  where match_time >= now() - interval '30 days' and match_time <= now()
    and match_status = 'completed' and home_score is not null and away_score is not null and source_present
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

-- Per match ahead or of the last 30 days, market and line (0 where the market has none): what the bookmakers' prices before kick-off
-- averaged, how far they spread over books and time, and the chances that the averages imply once their margin is taken out. A quote
-- counts at the value it was last given; one that was taken back, is suspicious or lacks a price of its market does not count. Quotes are
-- of the last year, so that a refresh costs the same however many years lie before.
create materialized view mv_odds_trends as
with quotes as (
  select distinct on (match_id, bookmaker, market_type, price_phase, line_value, collected_at)
    match_id, bookmaker, market_type, line_value, collected_at, suspicious_odds,
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

drop index idx_odds_created;
alter table anomaly_watermarks drop column rows_seen, drop column rows_from;

select adopt_objects();
