import type { Instant } from '../../schemas/values.js';

/**
 * The first month (`2025-11`, UTC) that still counts as within the last so many whole months; the month of `now` is on
 * top of them. Earlier months are due.
 */
export function firstMonthWithin(months: number, now: Instant): string {
  const date = new Date(now);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1)).toISOString().slice(0, 7);
}
