import type { SimulatedClock } from '../../schemas/jobs/simulated-clock.js';
import type { Instant } from '../../schemas/values.js';
import { instant } from '../../schemas/values.js';

export type { SimulatedClock };

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

/** The time by which a job goes: the clock's where it was given one, else the real time, in milliseconds since 1970. */
export const nowBy = (clock: SimulatedClock | undefined, real: number): Instant =>
  clock === undefined ? instant(real) : simulatedAt(clock, real);

/** How long to wait, in real milliseconds, for an instant of the clock that a job goes by; 0 where it has passed. */
export const realWait = (clock: SimulatedClock | undefined, real: number, until: Instant): number =>
  Math.max(0, (clock === undefined ? until : realAt(clock, until)) - real);

/** A span of the clock that a job goes by, in real milliseconds, at least one. */
export const realSpan = (clock: SimulatedClock | undefined, milliseconds: number): number =>
  clock === undefined ? milliseconds : Math.max(1, milliseconds / clock.speed);
