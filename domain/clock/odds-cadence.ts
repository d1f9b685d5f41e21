import type { Priority } from '../../schemas/budgets.js';
import type { Instant } from '../../schemas/values.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** How often the prices of a match are asked for, by what is left until its kick-off; the nearest step first. */
interface Step {
  /** Up to so long before kick-off. */
  readonly within: number;
  readonly every: number;
  readonly priority: Priority;
}

/** Prices move ever more as the kick-off comes nearer, and the last ones are what a market is judged by. */
export const oddsCadence: readonly Step[] = [
  { within: 10 * minute, every: 5 * minute, priority: 'closing' },
  { within: hour, every: 5 * minute, priority: 'regular' },
  { within: 6 * hour, every: 15 * minute, priority: 'regular' },
  { within: day, every: hour, priority: 'regular' },
  { within: 7 * day, every: 6 * hour, priority: 'regular' },
  { within: 14 * day, every: day, priority: 'regular' },
];

/** No bookmaker that we read opens earlier. */
export const oddsHorizon = 14 * day;

/** Schedules come a little early or late; what is due in this time is due. */
const slack = 0.1;

/**
 * Whether the prices of a match are to be asked for now, and how urgently; undefined where they are not: it has begun, it is too far, or they were
 * asked for a short while ago.
 */
export function oddsDue(
  { kickoff, askedAt }: { readonly kickoff: Instant; readonly askedAt: Instant | undefined },
  now: Instant,
): Priority | undefined {
  const left = kickoff - now;
  if (left <= 0) return undefined;
  const step = oddsCadence.find(({ within }) => left <= within);
  if (step === undefined) return undefined;
  return askedAt === undefined || now - askedAt >= step.every * (1 - slack) ? step.priority : undefined;
}
