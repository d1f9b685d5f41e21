import { z } from 'zod';
import { Instant, MatchStatus } from '../values.js';

/** What of a source is compared: the lists of its matches, the scores of the feed that is followed, prices, line-ups, injuries, weather. */
export const ReconciledKind = z.enum(['matches', 'scores', 'prices', 'lineups', 'injuries', 'weather']);
export type ReconciledKind = z.infer<typeof ReconciledKind>;
/** Those that are told while the season runs. */
export const ReconciledToldKind = ReconciledKind.exclude(['matches']);
export type ReconciledToldKind = z.infer<typeof ReconciledToldKind>;

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
  // The match is over, and neither the house nor the source that was asked has its result, its line-ups or its weather.
  'untold',
  // The match was played, and no price of the source was stored before: it can be had no more.
  'lost',
]);
export type GapKind = z.infer<typeof GapKind>;

/** The prices or the injuries of a match that the house lacks, by their record keys. */
export const LackingRecords = z.object({
  /** The source's own id of the match. */
  sourceId: z.string(),
  /** Never stored. */
  missing: z.array(z.string()),
  /** Stored as saying something else, which was seen last longer ago than the cadence allows. */
  outdated: z.array(z.string()),
});
export type LackingRecords = z.infer<typeof LackingRecords>;

/** A match in which a source and the house differ. */
export interface ReconciliationGap<Said = MatchStanding> {
  /** Null where it cannot be told which match the row is about. Our id of the match but in lists. */
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

/** How what is told of a match before it begins, its line-ups or its weather, stands in the house once it was played. */
export interface FactStanding {
  readonly matchId: number;
  /** The source knows the match by an id; weather is asked for by place and hour. */
  readonly isKnown: boolean;
  /** Of its line-ups both sides; of its weather the hour of its kick-off. */
  readonly stored: 'all' | 'part' | 'none';
  /** When the source last answered what it has of it; null where it never did. */
  readonly answeredAt: Instant | null;
  /** From then on it tells all that it ever will. */
  readonly allToldAt: Instant;
}
