import type { Cadence } from '../../schemas/budgets.js';
import type { Instant } from '../../schemas/values.js';

const minute = 60_000;
/** Schedules come a little early or late: what is due within this time is due. */
const slack = minute / 2;

/** How a provider's budget says that it is polled, and when it was last. */
export interface ScorePoll extends Pick<Cadence, 'everyMinutesInPlay'> {
  /** Undefined where it never was. */
  readonly askedAt: Instant | undefined;
}

/** Whether a feed of scores is to be asked now; one whose budget names no cadence is asked each time. */
export function scoresDue({ everyMinutesInPlay, askedAt }: ScorePoll, now: Instant): boolean {
  // A poll that lies ahead was made by another clock.
  if (everyMinutesInPlay === null || askedAt === undefined || askedAt > now) return true;
  return now - askedAt >= everyMinutesInPlay * minute - slack;
}
