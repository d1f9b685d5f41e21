import type { Instant, KickoffPrecision, MatchStatus } from '../../schemas/values.js';

/** COL-7: a match is followed from 15 minutes before its kick-off until it is completed, at most for four hours after it. */
export const matchWindow = { beforeMs: 15 * 60_000, afterMs: 4 * 3_600_000 } as const;

/** As much of a match as decides whether it is followed. */
export interface FollowedMatch {
  readonly kickoff: Instant;
  readonly precision: KickoffPrecision;
  readonly status: MatchStatus;
}

/**
 * What may still have goals today. A match that is abandoned may be played on; one that is off has no kick-off until it is given another.
 */
const mayBePlayed: ReadonlySet<MatchStatus> = new Set(['scheduled', 'live', 'abandoned']);

/**
 * Whether the match is in its window, both ends included. A match of which only the day is known has none: a source that follows matches
 * would have told its minute.
 */
export const isInWindow = ({ kickoff, precision, status }: FollowedMatch, now: Instant): boolean =>
  precision === 'minute' &&
  mayBePlayed.has(status) &&
  now >= kickoff - matchWindow.beforeMs &&
  now <= kickoff + matchWindow.afterMs;
