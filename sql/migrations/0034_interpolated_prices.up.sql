-- What a price in quarantine would be on the straight line between the prices that its bookmaker told before and after it: for curves and averages over
-- time alone. The price after it was not known then, so no model and no backtest may read this; `odds` keeps what was told.
create view v_interpolated_prices as
with counted as not materialized (
  select o.* from odds o
  where not o.suspicious_odds
    and not exists (
      select from quarantined_rows q
      where q.table_name = 'odds' and q.line_value is not distinct from o.line_value
        and (q.match_id, q.data_source, q.bookmaker, q.market_type, q.collected_at, q.recorded_at)
          = (o.match_id, o.data_source, o.bookmaker, o.market_type, o.collected_at, o.recorded_at))
)
select
  k.id as quarantine_id, o.id as odds_id, o.match_id, o.data_source, o.bookmaker, o.market_type, o.price_phase, o.line_value, o.collected_at,
  round(earlier.home_odds + (later.home_odds - earlier.home_odds) * part.share, 3) as home_odds,
  round(earlier.draw_odds + (later.draw_odds - earlier.draw_odds) * part.share, 3) as draw_odds,
  round(earlier.away_odds + (later.away_odds - earlier.away_odds) * part.share, 3) as away_odds,
  round(earlier.over_odds + (later.over_odds - earlier.over_odds) * part.share, 3) as over_odds,
  round(earlier.under_odds + (later.under_odds - earlier.under_odds) * part.share, 3) as under_odds,
  'interpolation' as imputed, earlier.collected_at as earlier_at, later.collected_at as later_at
from quarantined_rows k
join odds o on k.table_name = 'odds'
  and (o.match_id, o.data_source, o.bookmaker, o.market_type, o.collected_at, o.recorded_at)
    = (k.match_id, k.data_source, k.bookmaker, k.market_type, k.collected_at, k.recorded_at)
  and o.line_value is not distinct from k.line_value
cross join lateral (
  select e.* from counted e
  where (e.match_id, e.data_source, e.bookmaker, e.market_type, e.price_phase)
      = (o.match_id, o.data_source, o.bookmaker, o.market_type, o.price_phase)
    and e.line_value is not distinct from o.line_value and e.collected_at < o.collected_at
  order by e.collected_at desc, e.recorded_at desc limit 1
) as earlier
cross join lateral (
  select l.* from counted l
  where (l.match_id, l.data_source, l.bookmaker, l.market_type, l.price_phase)
      = (o.match_id, o.data_source, o.bookmaker, o.market_type, o.price_phase)
    and l.line_value is not distinct from o.line_value and l.collected_at > o.collected_at
  order by l.collected_at, l.recorded_at desc limit 1
) as later
cross join lateral (
  select (extract(epoch from o.collected_at - earlier.collected_at) / extract(epoch from later.collected_at - earlier.collected_at))::numeric as share
) as part;
