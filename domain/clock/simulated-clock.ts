import type { Instant } from '../../schemas/values.js';
import { instant } from '../../schemas/values.js';

/** A clock that shows simulated time. It is a value: it is read and set by the functions below, and holds no time of its own. */
export interface SimulatedClock {
  /** What it showed when it was set. */
  readonly startsAt: Instant;
  /** The real time at which it was set, in milliseconds since 1970. */
  readonly realStart: number;
  /** Simulated seconds in a real one; 0 is a clock that stands still. */
  readonly speed: number;
}

/** What the clock shows at a real time, in milliseconds since 1970. */
export const simulatedAt = ({ startsAt, realStart, speed }: SimulatedClock, real: number): Instant =>
  instant(Math.floor(startsAt + (real - realStart) * speed));

/** The real time, in milliseconds since 1970, at which the clock will show an instant; infinity where it stands still before it. */
export const realAt = ({ startsAt, realStart, speed }: SimulatedClock, simulated: Instant): number =>
  simulated === startsAt ? realStart : realStart + (simulated - startsAt) / speed;

/** The clock set on to an instant, so that an idle span takes no time. Never set back: an instant that has passed changes nothing. */
export function advanceTo(clock: SimulatedClock, real: number, to: Instant): SimulatedClock {
  const shown = simulatedAt(clock, real);
  return { ...clock, startsAt: to > shown ? to : shown, realStart: real };
}

/** The clock at another speed from this real time on; what it shows does not jump. */
export const atSpeed = (clock: SimulatedClock, real: number, speed: number): SimulatedClock => ({
  startsAt: simulatedAt(clock, real),
  realStart: real,
  speed,
});
