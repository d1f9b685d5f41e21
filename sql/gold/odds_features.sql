-- name: odds_features
-- grain: match_id
-- partition: match_time
-- inputs: match_cutoffs, latest_quotes
-- owner: features
-- checks:
--   implied probabilities are probabilities: select * from odds_features
--     where not (home_implied_probability between 0 and 1 and draw_implied_probability between 0 and 1
--       and away_implied_probability between 0 and 1)
--   consensus needs two bookmakers: select * from odds_features
--     where (bookmaker_count >= 2) <> (bookmaker_consensus is not null) or bookmaker_consensus not between 0 and 1
--
-- FEAT-7: the bookmakers' latest quotes at the cutoff. Aggregates are no bookmakers; exchanges stand beside. Of n chances with sum s and sum of squares q, the
-- coefficient of variation is sqrt(nq - s²) / s.
select
  c.match_id,
  c.match_time,
  c.cutoff,
  b.home as home_odds_avg,
  b.draw as draw_odds_avg,
  b.away as away_odds_avg,
  1 / b.home as home_implied_probability,
  1 / b.draw as draw_implied_probability,
  1 / b.away as away_implied_probability,
  coalesce(b.bookmakers, 0)::integer as bookmaker_count,
  case when b.bookmakers >= 2 then greatest(0.0, least(1.0, 1 - (
    sqrt((b.bookmakers * b.home_squares - b.home_sum * b.home_sum)::double) / b.home_sum::double
    + sqrt((b.bookmakers * b.draw_squares - b.draw_sum * b.draw_sum)::double) / b.draw_sum::double
    + sqrt((b.bookmakers * b.away_squares - b.away_sum * b.away_sum)::double) / b.away_sum::double
  ) / 3)) end as bookmaker_consensus,
  1 / b.home + 1 / b.draw + 1 / b.away as market_efficiency,
  e.home as exchange_home_odds,
  e.draw as exchange_draw_odds,
  e.away as exchange_away_odds
from match_cutoffs c
left join latest_quotes b on b.match_id = c.match_id and b.quote_kind = 'book'
left join latest_quotes e on e.match_id = c.match_id and e.quote_kind = 'exchange'
