import { z } from 'zod';
import type { TouchlineError } from '../../../schemas/errors.js';
import { BadInput, QuotaExhausted } from '../../../schemas/errors.js';
import type { WireProvider } from '../wire/endpoint.js';
import { keyRefused } from '../wire/refusals.js';
import { shortText } from '../wire/short-text.js';

export const dataSource = 'odds_api';
const keyVariable = 'ODDS_API_KEY';

const Refusal = z.object({ message: z.string(), error_code: z.string() });

const refusesKey = new Set([
  'MISSING_KEY',
  'INVALID_KEY',
  'DEACTIVATED_KEY',
  'HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN',
]);

/**
 * The Odds API, version 4. Its credits are counted by the month: markets times regions a request, nothing for the list of events.
 * Documentation: https://the-odds-api.com/liveapi/guides/v4/ (errors: api-error-codes.html beside it).
 */
export const oddsApi: WireProvider = {
  dataSource,
  defaultUrl: 'https://api.the-odds-api.com',
  urlVariable: 'ODDS_API_URL',
  keyVariable,
  carryKey: (key) => ({ headers: {}, parameters: { apiKey: key } }),
  quotaOf: (headers) => ({
    // Of the month, and so the most that is left of today.
    remainingToday: credits(headers, 'x-requests-remaining'),
    remainingThisMinute: null,
    used: credits(headers, 'x-requests-used'),
    lastCost: credits(headers, 'x-requests-last'),
  }),
  readRefusal: (httpStatus, body) => {
    const refusal = Refusal.safeParse(body);
    return refusal.success ? refusalNamed(refusal.data, httpStatus) : undefined;
  },
};

/** A used-up quota comes with the status of a refused key (401), so the code decides. The day of its renewal is not told. */
function refusalNamed(
  { message, error_code: code }: z.infer<typeof Refusal>,
  httpStatus: number,
): TouchlineError | undefined {
  const told = `${dataSource} answered ${code}: ${shortText(message)}`;
  if (code === 'OUT_OF_USAGE_CREDITS') {
    return new QuotaExhausted(told, {
      httpStatus,
      advice: 'Wait for the next month, or take a larger plan.',
    });
  }
  if (refusesKey.has(code)) {
    return keyRefused(oddsApi, `${code}: ${shortText(message)}`, { httpStatus });
  }
  // Otherwise the status says more: the key, too many requests a second, a failure of theirs.
  if (httpStatus === 401 || httpStatus === 403 || httpStatus === 429 || httpStatus >= 500) return undefined;
  return new BadInput(told, { httpStatus, advice: 'Correct what was asked for.' });
}

function credits(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  return text !== null && /^\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
