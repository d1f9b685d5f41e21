import type { ToldQuote } from '../../../schemas/records/live.js';
import type { RejectedPart } from './endpoint.js';

/** What a stored payload of a price says, or why it says nothing. */
export type StoredReading = { readonly quote: ToldQuote } | { readonly reason: string };

/** The quote of a payload that was cut down to one. */
export function onlyQuote(told: readonly ToldQuote[], rejected: readonly RejectedPart[]): StoredReading {
  const [quote] = told;
  if (quote !== undefined && told.length === 1) return { quote };
  const [part] = rejected;
  return {
    reason:
      part === undefined ? `it tells of ${told.length} prices` : `${part.field} ${part.text} ${part.reason}`,
  };
}
