import type pg from 'pg';
import { reachingPostgres } from './away.js';
import type { Computed, Row } from './row.js';

interface BestColumns {
  readonly matchId: 'odds.match_id';
  readonly home: 'odds.home_odds';
  readonly draw: 'odds.draw_odds';
  readonly away: 'odds.away_odds';
  readonly books: Computed<number>;
  readonly knownAt: 'odds.collected_at';
}

/** The best 1x2 price of each result over the last quotes of all bookmakers, how many they are, and when the newest was known. */
export type BestPrice = Row<BestColumns>;

/** The best prices of matches before kick-off, by match; one without a quote that counts is not there. */
export async function readBestPrices(
  pool: pg.Pool,
  matchIds: readonly number[],
): Promise<ReadonlyMap<number, BestPrice>> {
  if (matchIds.length === 0) return new Map();
  const { rows } = await reachingPostgres(() =>
    pool.query<Row<BestColumns>>(
      `select q.match_id as "matchId", max(q.home_odds) as home, max(q.draw_odds) as draw, max(q.away_odds) as away,
         count(*)::integer as books, max(q.collected_at) as "knownAt"
       from (
         select distinct on (match_id, bookmaker) match_id, bookmaker, home_odds, draw_odds, away_odds, suspicious_odds, collected_at
         from odds
         where match_id = any($1::bigint[]) and market_type = '1x2' and quote_kind = 'book' and price_phase <> 'live'
         order by match_id, bookmaker, collected_at desc, recorded_at desc, id desc
       ) as q
       where not q.suspicious_odds group by q.match_id`,
      [matchIds],
    ),
  );
  return new Map(rows.map((row) => [row.matchId, row]));
}
