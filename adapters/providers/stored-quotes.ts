import type { Instant } from '../../schemas/values.js';
import { readStoredQuote as readApiFootballQuote } from './api_football/odds.js';
import { readStoredQuote as readOddsApiQuote } from './odds_api/odds.js';
import { readStreamedQuote } from './streamed/streamed.js';
import type { StoredReading } from './wire/stored-quote.js';

type StoredQuoteReader = (raw: unknown, at: Instant) => StoredReading;

const readers: Readonly<Record<string, StoredQuoteReader>> = {
  odds_api: readOddsApiQuote,
  api_football: readApiFootballQuote,
};

/** Whether messages of a producer of others brought the prices of this source: each is one of before the match, seen when it was said and never again. */
export const isStreamedSource = (dataSource: string): boolean => !Object.hasOwn(readers, dataSource);

/**
 * Reads a payload of `raw_odds_data` as its provider's answers are read today, or as an envelope where messages of a producer of others brought it; `at` is
 * when the answer was here. Never throws.
 */
export const readStoredQuote = (dataSource: string, raw: unknown, at: Instant): StoredReading =>
  Object.hasOwn(readers, dataSource)
    ? (readers[dataSource]?.(raw, at) ?? readStreamedQuote(raw))
    : readStreamedQuote(raw);
