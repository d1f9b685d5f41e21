import type { Instant } from '../../schemas/values.js';

/** Who asks: the same name to every site and provider. */
export const userAgent = 'touchline/0.1 (football data layer)';

/** How long a request may take, its body included. */
export const defaultTimeoutMs = 30_000;

/** When Retry-After allows the next request: it is a number of seconds or a date. Undefined where it says neither. */
export function retryTime(header: string | null, now: Instant): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  // Date.parse takes -5 for a day of the year 2001: a date has letters.
  const time = /^\d+(\.\d+)?$/.test(text)
    ? now + Number(text) * 1000
    : /[a-z]/i.test(text)
      ? Date.parse(text)
      : Number.NaN;
  return Number.isFinite(time) ? Math.ceil(time) : undefined;
}

/** Why a request was not answered. Of several addresses that were tried there is only a code. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  if (cause.message !== '') return cause.message;
  return 'code' in cause ? String(cause.code) : error.message;
}
