import { instant, type Instant } from '../../schemas/values.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The first instant of the next minute. */
export const nextMinute = (at: Instant): Instant => instant((Math.floor(at / minuteMs) + 1) * minuteMs);

/** The first instant of the next day of UTC, in which every day has 24 hours. */
export const nextDay = (at: Instant): Instant => instant((Math.floor(at / dayMs) + 1) * dayMs);

/** The first instant of the day of UTC. */
export const dayOf = (at: Instant): Instant => instant(Math.floor(at / dayMs) * dayMs);
