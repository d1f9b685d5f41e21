import { z } from 'zod';
import { Instant, MatchStatus } from '../values.js';

/** What of a source is compared: the lists of its matches, the scores of the feed that is followed, prices. */
export const ReconciledKind = z.enum(['matches', 'scores', 'prices']);
export type ReconciledKind = z.infer<typeof ReconciledKind>;

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
  // The match is over, and neither the house nor the feed of scores has a result of it.
  'untold',
  // The match was played, and no price of the source was stored before: it can be had no more.
  'lost',
]);
export type GapKind = z.infer<typeof GapKind>;

/** The prices of a match that the house lacks, by their record keys. */
export const LackingPrices = z.object({
  /** The source's own id of the match. */
  sourceId: z.string(),
  /** Never stored. */
  missing: z.array(z.string()),
  /** Stored with another price, which was seen last longer ago than the cadence allows. */
  outdated: z.array(z.string()),
});
export type LackingPrices = z.infer<typeof LackingPrices>;

/** A match in which a source and the house differ. */
export interface ReconciliationGap<Said = MatchStanding> {
  /** Null where it cannot be told which match the row is about. Of scores and prices our id of the match. */
  readonly key: string | null;
  readonly kind: GapKind;
  /** Of what the source says, as a short text; empty where it says nothing. */
  readonly content: string;
  /** Null: not told, or not readable. */
  readonly sourceSays: Said | null;
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

/** How the result of a match stands in the house. */
export interface ScoreStanding {
  readonly matchId: number;
  readonly kickOff: Instant;
  /** The feed's id of the match; null where it has not told of it. */
  readonly sourceId: string | null;
  /** By all sources together. */
  readonly current: MatchStanding;
  /** The feed's own latest word in silver. */
  readonly own: MatchStanding | null;
  /** The latest score that bronze has of the feed, and what refine made of it. */
  readonly bronze: {
    readonly says: MatchStanding;
    readonly processed: 'pending' | 'done' | 'held' | 'rejected';
    readonly error: string | null;
  } | null;
}
