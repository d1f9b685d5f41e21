-- The twenty markets in which the bookmakers' home prices spread most: where a price may be worth a second look.
select match_id, bookmaker_count, home_odds_avg, home_odds_volatility, home_implied_probability, overround
from mv_odds_trends
where market_type = '1x2' and bookmaker_count >= 2
order by home_odds_volatility desc nulls last, match_id
limit 20
