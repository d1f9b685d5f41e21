import type { Instant } from '../../schemas/values.js';
import type { MatchLife } from '../season/match-life.js';

/** How a provider tells what it knows, in one answer: as of when, under which names, in which order. */
export interface Telling {
  /** The instant that the answer is of. */
  readonly now: Instant;
  /** The instant that one match is told as of: earlier than `now` where the provider is behind. */
  readonly nowOf: (life: MatchLife) => Instant;
  /** How it writes a club's name. */
  readonly nameOf: (club: string) => string;
  /** The records as they are listed: perhaps one twice, or out of order. */
  readonly listed: <T>(records: readonly T[]) => readonly T[];
}

/** A provider that tells everything at once and rightly. */
export const plainTelling = (now: Instant): Telling => ({
  now,
  nowOf: () => now,
  nameOf: (club) => club,
  listed: (records) => records,
});
