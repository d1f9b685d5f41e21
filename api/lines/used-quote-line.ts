import type { UsedQuote } from '../../adapters/postgres/quotes-used.js';
import type { UsedQuoteLine } from '../../schemas/api/features.js';

/** A quote of which features are made, as the API tells it. */
export const usedQuoteLine = (quote: UsedQuote): UsedQuoteLine => ({
  ...{ bookmaker: quote.bookmaker, data_source: quote.dataSource, quote_kind: quote.kind },
  ...{ home: quote.home, draw: quote.draw, away: quote.away },
  ...{ known_at: quote.knownAt.toISOString(), recorded_at: quote.recordedAt.toISOString() },
  ...{ known_at_basis: quote.basis, raw_id: quote.rawId, raw_odds_id: quote.rawOddsId },
});
