import { z } from 'zod';
import { Instant, MatchStatus } from '../values.js';

/** What is compared of a match. */
export const MatchStanding = z.object({
  kickOff: Instant,
  status: MatchStatus,
  homeScore: z.number().int().nullable(),
  awayScore: z.number().int().nullable(),
});
export type MatchStanding = z.infer<typeof MatchStanding>;

export const GapKind = z.enum([
  // What the list says is in no edition of it: the match, or what is said of it now.
  'missing_in_bronze',
  'differing_in_bronze',
  // Bronze has it, and silver does not.
  'missing_in_silver',
  'differing_in_silver',
  // It waits for a person.
  'held',
  // The newest edition has it and the list has it no more.
  'listed_no_more',
]);
export type GapKind = z.infer<typeof GapKind>;

/** A match in which a source and the house differ. */
export interface ReconciliationGap {
  /** Null where it cannot be told which match the row is about. */
  readonly key: string | null;
  readonly kind: GapKind;
  /** Of what the source says, in hex; empty where it says nothing any more. */
  readonly content: string;
  /** Null: not told, or not readable. */
  readonly sourceSays: MatchStanding | null;
  readonly houseSays: MatchStanding | null;
  readonly reason: string | null;
}

/** How a match of a list stands in the house. */
export interface HouseStanding {
  /** Of the latest version that the list's editions gave of it, in hex; null where only other lists of the source did. */
  readonly content: string | null;
  /** The list's newest edition has it. */
  readonly isListed: boolean;
  /** What refine made of that version. */
  readonly processed: 'pending' | 'done' | 'held' | 'rejected';
  readonly error: string | null;
  /** The source's latest word on it in silver; null where there is none. */
  readonly silver: { readonly says: MatchStanding; readonly isFromThisList: boolean } | null;
}
