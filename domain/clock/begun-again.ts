import { instant, type Instant } from '../../schemas/values.js';

const minute = 60_000;
const longestPause = 60 * minute;

/** When that which has failed so many times in a row (1 or more) is begun again: after one minute, then after twice as long each time, up to an hour. */
export const beginsAgainAt = (failures: number, now: Instant): Instant =>
  instant(now + Math.min(longestPause, minute * 2 ** (failures - 1)));
