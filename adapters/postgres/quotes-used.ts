import type pg from 'pg';
import { z } from 'zod';
import { KnownAtBasis } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';

const UsedQuote = z.object({
  bookmaker: z.string(),
  dataSource: z.string(),
  kind: z.enum(['book', 'exchange']),
  home: z.number(),
  draw: z.number(),
  away: z.number(),
  knownAt: z.date(),
  recordedAt: z.date(),
  basis: KnownAtBasis,
  rawId: z.number().int(),
  rawOddsId: z.number().int().nullable(),
});

/** A quote of which the prices of a match's features are made. */
export type UsedQuote = z.infer<typeof UsedQuote>;

/**
 * The quotes of which the features of a match are made at a cutoff, by the rules of gold's `latest_quotes`: of each bookmaker and exchange the latest 1x2 quote before the match,
 * each first brought to the value that it was last given by then; what is suspicious or in quarantine counts no more, and one that lacks a leg leaves its bookmaker out.
 */
export async function readQuotesUsed(pool: pg.Pool, matchId: number, cutoff: Date): Promise<UsedQuote[]> {
  const { rows } = await reachingPostgres(() =>
    pool.query(
      `with known as (
         select distinct on (o.bookmaker, o.quote_kind, o.data_source, o.collected_at) o.*,
           o.suspicious_odds or q.id is not null as is_out
         from odds o
         left join quarantined_rows q on q.table_name = 'odds' and q.match_id = o.match_id and q.data_source = o.data_source
           and q.bookmaker = o.bookmaker and q.market_type = o.market_type and q.line_value is not distinct from o.line_value
           and q.collected_at = o.collected_at and q.recorded_at = o.recorded_at
         where o.match_id = $1 and o.market_type = '1x2' and o.quote_kind in ('book', 'exchange') and o.price_phase = 'prematch'
           and o.collected_at <= $2 and o.recorded_at <= $2
         order by o.bookmaker, o.quote_kind, o.data_source, o.collected_at, o.recorded_at desc
       ),
       latest as (
         select distinct on (bookmaker, quote_kind) * from known where not is_out
         order by bookmaker, quote_kind, collected_at desc, data_source collate "C" desc
       )
       select bookmaker, data_source as "dataSource", quote_kind as kind, home_odds as home, draw_odds as draw, away_odds as away,
         collected_at as "knownAt", recorded_at as "recordedAt", known_at_basis as basis, raw_id as "rawId", raw_odds_id as "rawOddsId"
       from latest
       where home_odds is not null and draw_odds is not null and away_odds is not null
       order by bookmaker, quote_kind`,
      [matchId, cutoff],
    ),
  );
  return rows.map((row) => UsedQuote.parse(row));
}
