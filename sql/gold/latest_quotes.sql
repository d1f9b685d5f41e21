-- name: latest_quotes
-- grain: match_id, quote_kind
-- partition: none
-- inputs: match_cutoffs, silver.odds, silver.quarantined_rows
-- owner: features
-- published: no
-- checks:
--   prices are prices: select * from latest_quotes where least_price <= 1
--
-- What the latest 1x2 quotes before the match come to, of bookmakers and of exchanges: of each the latest that is neither suspicious nor in quarantine, as known at the
-- cutoff (which is before kick-off). A quote is first brought to the value it was last given, then judged: a value corrected
-- since counts no more. Of several sources the latest word on a bookmaker counts, of one instant that of the last name:
-- a bookmaker counts once. A latest quote that was taken back, or lacks a leg, leaves its bookmaker out.
-- Of nearly all matches one source said all at one instant, each bookmaker once: only of the others is the latest looked for. Who spoke, and when, is compared by hashes: the least
-- of long texts is slow.
-- Chances are summed as whole numbers of 1e-12, so that the same quotes give the same last digit in whichever order they are read.
with told as materialized (
  select
    o.match_id,
    o.bookmaker,
    o.quote_kind,
    o.data_source,
    o.collected_at,
    o.recorded_at,
    o.home_odds as home,
    o.draw_odds as draw,
    o.away_odds as away,
    o.suspicious_odds or q.id is not null as suspicious
  from silver.odds o
  join match_cutoffs c on c.match_id = o.match_id
  left join silver.quarantined_rows q on q.table_name = 'odds' and q.match_id = o.match_id
    and q.data_source = o.data_source and q.bookmaker = o.bookmaker and q.market_type = o.market_type
    and q.line_value is not distinct from o.line_value
    and q.collected_at = o.collected_at and q.recorded_at = o.recorded_at
  where o.market_type = '1x2'
    and o.quote_kind in ('book', 'exchange')
    and o.price_phase = 'prematch'
    and o.collected_at <= c.cutoff
    and o.recorded_at <= c.cutoff
),
said_again as (
  select match_id
  from told
  group by match_id
  having min(hash(data_source, collected_at, recorded_at)) < max(hash(data_source, collected_at, recorded_at))
),
known as (
  select
    match_id,
    bookmaker,
    quote_kind,
    data_source,
    collected_at,
    arg_max({'home': home, 'draw': draw, 'away': away, 'suspicious': suspicious}, recorded_at) as said
  from told
  semi join said_again using (match_id)
  group by match_id, bookmaker, quote_kind, data_source, collected_at
),
latest as (
  select match_id, bookmaker, quote_kind, arg_max(said, {'at': collected_at, 'source': data_source}) as said
  from known
  where not said.suspicious
  group by match_id, bookmaker, quote_kind
),
quotes as (
  select match_id, quote_kind, home, draw, away
  from told
  anti join said_again using (match_id)
  where not suspicious
  union all
  select match_id, quote_kind, said.home as home, said.draw as draw, said.away as away
  from latest
),
chances as (
  select match_id, quote_kind, home, draw, away,
    (1e12 / home::double)::hugeint as home_chance,
    (1e12 / draw::double)::hugeint as draw_chance,
    (1e12 / away::double)::hugeint as away_chance
  from quotes
  where home is not null and draw is not null and away is not null
)
select
  match_id,
  quote_kind,
  count(*) as bookmakers,
  avg(home) as home,
  avg(draw) as draw,
  avg(away) as away,
  sum(home_chance) as home_sum, sum(home_chance * home_chance) as home_squares,
  sum(draw_chance) as draw_sum, sum(draw_chance * draw_chance) as draw_squares,
  sum(away_chance) as away_sum, sum(away_chance * away_chance) as away_squares,
  min(least(home, draw, away)) as least_price
from chances
group by match_id, quote_kind
