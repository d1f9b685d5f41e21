-- widest_prices without the view.
with quotes as (
  select distinct on (match_id, bookmaker, market_type, price_phase, line_value, collected_at)
    match_id, bookmaker, suspicious_odds, home_odds, draw_odds, away_odds
  from odds
  where quote_kind = 'book' and price_phase <> 'live' and market_type = '1x2'
    and match_id in (select id from matches where match_time >= now() - interval '30 days')
    and collected_at >= now() - interval '1 year'
  order by match_id, bookmaker, market_type, price_phase, line_value, collected_at, recorded_at desc
), trends as (
  select match_id, count(distinct bookmaker)::integer as bookmaker_count,
    avg(home_odds) as home, avg(draw_odds) as draw, avg(away_odds) as away, stddev_pop(home_odds) as volatility
  from quotes
  where not suspicious_odds and num_nulls(home_odds, draw_odds, away_odds) = 0
  group by match_id
  having count(distinct bookmaker) >= 2
)
select match_id, bookmaker_count, round(home, 3) as home_odds_avg, round(volatility, 4) as home_odds_volatility,
  round(1 / home / total, 4) as home_implied_probability, round(total - 1, 4) as overround
from trends
cross join lateral (select 1 / home + 1 / draw + 1 / away) as t (total)
order by home_odds_volatility desc nulls last, match_id
limit 20
