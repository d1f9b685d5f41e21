-- name: market_prices
-- grain: match_id, source, phase
-- partition: match_time
-- inputs: match_cutoffs, silver.odds, silver.quarantined_rows
-- owner: judging
-- checks:
--   prices exceed one: select * from market_prices where least(home_odds, draw_odds, away_odds) <= 1
--
-- The 1x2 prices that a model is judged against, as known now: the value recorded last of each, where it is complete
-- and neither suspicious nor in quarantine. Of several sources the word recorded last counts, of one instant that of the last name.
with latest as (
  select
    o.match_id,
    if(o.bookmaker = 'market_average', 'average', 'bet365') as source,
    o.price_phase as phase,
    arg_max(
      {
        'home': o.home_odds, 'draw': o.draw_odds, 'away': o.away_odds,
        'suspicious': o.suspicious_odds or q.id is not null
      },
      {'recorded_at': o.recorded_at, 'collected_at': o.collected_at, 'data_source': o.data_source}
    ) as quote
  from silver.odds o
  left join silver.quarantined_rows q on q.table_name = 'odds' and q.match_id = o.match_id
    and q.data_source = o.data_source and q.bookmaker = o.bookmaker and q.market_type = o.market_type
    and q.line_value is not distinct from o.line_value
    and q.collected_at = o.collected_at and q.recorded_at = o.recorded_at
  where o.market_type = '1x2'
    and o.bookmaker in ('market_average', 'bet365')
    and o.price_phase in ('prematch', 'closing')
  group by o.match_id, o.bookmaker, o.price_phase
)
select
  m.match_id,
  m.match_time,
  q.source,
  q.phase,
  q.quote.home as home_odds,
  q.quote.draw as draw_odds,
  q.quote.away as away_odds
from latest q
join match_cutoffs m on m.match_id = q.match_id
where not q.quote.suspicious and q.quote.home is not null and q.quote.draw is not null and q.quote.away is not null
