import type { Instant, KickoffPrecision } from '../../schemas/values.js';

export interface Score {
  readonly home: number;
  readonly away: number;
}

export type Side = 'home' | 'away';

/** A goal, as it was first told. */
export interface Goal {
  /** From 1, in the order in which they were told. */
  readonly number: number;
  readonly side: Side;
  /** The minute of play, 1 to 90. */
  readonly minute: number;
  /** Time added on beside it: 45 and 2. */
  readonly added: number | null;
}

/** One thing that becomes known of a match, at the instant at which it does. */
export type MatchEvent = { readonly at: Instant } & (
  | { readonly kind: 'announced'; readonly kickOff: Instant; readonly precision: KickoffPrecision }
  /** A new kick-off; of a postponed match too. */
  | { readonly kind: 'moved'; readonly kickOff: Instant }
  | { readonly kind: 'postponed' | 'cancelled' | 'line-ups published' }
  | { readonly kind: 'kicked off' | 'half-time' | 'second half' | 'full time' | 'abandoned' }
  | { readonly kind: 'goal'; readonly goal: Goal }
  | { readonly kind: 'goal taken back'; readonly number: number }
  /** By an association, after the match was abandoned. */
  | { readonly kind: 'awarded'; readonly score: Score }
  /** The result was told wrongly until now. */
  | { readonly kind: 'corrected'; readonly score: Score }
);
