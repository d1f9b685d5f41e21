-- name: requoted_matches
-- grain: match_id
-- partition: none
-- inputs: silver.odds, silver.quarantined_rows
-- owner: features
-- published: no
--
-- The matches of whose 1x2 quotes not all were told at one instant by one source, or one is in quarantine: of these alone, the fewest, the latest quote of each bookmaker
-- is looked for. Who spoke, and when, is compared by hashes: the least of long texts is slow.
select match_id
from silver.odds
where market_type = '1x2' and quote_kind in ('book', 'exchange') and price_phase = 'prematch'
group by match_id
having min(hash(data_source, collected_at, recorded_at)) < max(hash(data_source, collected_at, recorded_at))
union
select match_id from silver.quarantined_rows where table_name = 'odds'
