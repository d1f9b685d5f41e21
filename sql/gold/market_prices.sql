-- name: market_prices
-- grain: match_id, source, phase
-- partition: match_time
-- inputs: silver.matches, silver.odds
-- owner: judging
-- checks:
--   prices exceed one: select * from market_prices where least(home_odds, draw_odds, away_odds) <= 1
--
-- The 1x2 prices that a model is judged against, as known now: the value recorded last of each, where it is complete
-- and not suspicious. Of several sources the word recorded last counts, of one instant that of the last name.
with latest as (
  select
    match_id,
    if(bookmaker = 'market_average', 'average', 'bet365') as source,
    price_phase as phase,
    arg_max(
      {'home': home_odds, 'draw': draw_odds, 'away': away_odds, 'suspicious': suspicious_odds},
      {'recorded_at': recorded_at, 'collected_at': collected_at, 'data_source': data_source}
    ) as quote
  from silver.odds
  where market_type = '1x2'
    and bookmaker in ('market_average', 'bet365')
    and price_phase in ('prematch', 'closing')
  group by match_id, bookmaker, price_phase
)
select
  m.id as match_id,
  m.match_time,
  q.source,
  q.phase,
  q.quote.home as home_odds,
  q.quote.draw as draw_odds,
  q.quote.away as away_odds
from latest q
join silver.matches m on m.id = q.match_id
where not q.quote.suspicious and q.quote.home is not null and q.quote.draw is not null and q.quote.away is not null
