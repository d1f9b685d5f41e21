import { z } from 'zod';
import { realWait } from '../domain/clock/simulated-clock.js';
import { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import { instant } from '../schemas/values.js';

const GoesByClock = z.object({ clock: SimulatedClock });

/**
 * How long an activity waits for its provider's quota, in real milliseconds: until an instant of the clock in its input, where it was given one. Infinity
 * where that clock stands still before it.
 * @param input the activity's
 * @param retryAt in milliseconds since 1970
 */
export function quotaWait(input: unknown, retryAt: number): number {
  return realWait(GoesByClock.safeParse(input).data?.clock, Date.now(), instant(retryAt));
}
