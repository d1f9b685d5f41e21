import type { Instant } from '../../schemas/values.js';

/** What a key may ask in a period, and what it has asked in the one that runs. */
export interface Quota {
  readonly limit: number;
  /** Takes so much at an instant, and says whether it was there; what is not there is not taken. */
  readonly take: (cost: number, at: Instant) => boolean;
  readonly used: (at: Instant) => number;
  readonly remaining: (at: Instant) => number;
}

/** A quota that begins anew whenever `periodOf` gives another period. */
export function quota(limit: number, periodOf: (at: Instant) => number): Quota {
  let period = Number.NaN;
  let used = 0;
  const renew = (at: Instant): void => {
    const current = periodOf(at);
    if (current === period) return;
    period = current;
    used = 0;
  };
  return {
    limit,
    take(cost, at) {
      renew(at);
      if (used + cost > limit) return false;
      used += cost;
      return true;
    },
    used(at) {
      renew(at);
      return used;
    },
    remaining(at) {
      renew(at);
      return limit - used;
    },
  };
}

export const ofMinute = (at: Instant): number => Math.floor(at / 60_000);
export const ofDay = (at: Instant): number => Math.floor(at / 86_400_000);
export const ofMonth = (at: Instant): number =>
  new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth();
