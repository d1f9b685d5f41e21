import type pg from 'pg';
import { z } from 'zod';
import { KnownAtBasis, MarketType, PricePhase, QuoteKind } from '../../schemas/values.js';
import { reachingPostgres } from './away.js';
import { rowsFromCursor } from './cursor.js';

const Odds = z.number().nullable();

/** One price of one bookmaker. */
export const QuotedPrice = z.object({
  bookmaker: z.string(),
  dataSource: z.string(),
  market: MarketType,
  line: z.number().nullable(),
  kind: QuoteKind,
  phase: PricePhase,
  home: Odds,
  draw: Odds,
  away: Odds,
  over: Odds,
  under: Odds,
  suspicious: z.boolean(),
  /** When we learnt it, and when a correction of it was. */
  knownAt: z.date(),
  recordedAt: z.date(),
  basis: KnownAtBasis,
  rawId: z.number().int(),
});
export type QuotedPrice = z.infer<typeof QuotedPrice>;

export interface PriceFilter {
  readonly matchId: number;
  readonly market?: MarketType | undefined;
  readonly bookmaker?: string | undefined;
}

const knownThen = `select distinct on (collected_at, bookmaker, market_type, line_value, data_source)
    bookmaker, data_source as "dataSource", market_type as market, line_value as line, quote_kind as kind, price_phase as phase,
    home_odds as home, draw_odds as draw, away_odds as away, over_odds as over, under_odds as under,
    suspicious_odds as suspicious, collected_at as "knownAt", recorded_at as "recordedAt", known_at_basis as basis, raw_id as "rawId"
  from odds
  where match_id = $1 and ($2::text is null or market_type = $2) and ($3::text is null or bookmaker = $3)
    and collected_at <= $4 and recorded_at <= $4
  order by collected_at, bookmaker, market_type, line_value, data_source, recorded_at desc, id desc`;

const valuesOf = ({ matchId, market, bookmaker }: PriceFilter, asOf: Date | 'infinity') => [
  ...[matchId, market ?? null, bookmaker ?? null, asOf],
];

/**
 * Every price of a match that was known at an instant, in the order in which they became known. Of one that was corrected by then the
 * correction stands alone, under the time of the price.
 */
export async function readPriceHistory(
  pool: pg.Pool,
  filter: PriceFilter,
  asOf: Date | 'infinity' = 'infinity',
): Promise<QuotedPrice[]> {
  const { rows } = await reachingPostgres(() => pool.query(knownThen, valuesOf(filter, asOf)));
  return rows.map((row) => QuotedPrice.parse(row));
}

/** The same as they are taken; as {@link rowsFromCursor}. */
export async function* streamPriceHistory(
  pool: pg.Pool,
  filter: PriceFilter,
  asOf: Date | 'infinity' = 'infinity',
): AsyncGenerator<QuotedPrice, void, undefined> {
  for await (const row of rowsFromCursor(pool, knownThen, valuesOf(filter, asOf)))
    yield QuotedPrice.parse(row);
}
