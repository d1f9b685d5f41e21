import { z } from 'zod';
import { Instant } from '../values.js';

/** A clock that shows simulated time, as jobs are given it: a value that holds no time of its own. */
export const SimulatedClock = z
  .object({
    /** What it showed when it was set. */
    startsAt: Instant,
    /** The real time at which it was set, in milliseconds since 1970. */
    realStart: z.number(),
    /** Simulated seconds in a real one; 0 is a clock that stands still. */
    speed: z.number().min(0),
  })
  .describe('Of a simulated season; absent: the time that it is');
export type SimulatedClock = Readonly<z.infer<typeof SimulatedClock>>;
