import { z } from 'zod';

/** What a match has to have by a moment of its own clock; of one ahead, what live sources tell has to be of the last day. */
export const DueKind = z.enum(['lineups', 'closing_price', 'score', 'fixtures', 'odds']);
export type DueKind = z.infer<typeof DueKind>;

/** A match that lacks what was due. */
export const MissingMatch = z.object({
  matchId: z.number(),
  /** `E0` */
  league: z.string(),
  homeTeam: z.string(),
  awayTeam: z.string(),
  /** ISO-8601. */
  kickoff: z.string(),
  lacks: DueKind,
  /** ISO-8601. */
  dueAt: z.string(),
});
export type MissingMatch = z.infer<typeof MissingMatch>;

/** How many matches had to have something by an instant, and how many of them do not. */
export const Due = z.object({ kind: DueKind, due: z.number(), missing: z.number() });
export type Due = z.infer<typeof Due>;

/** Months of a table of silver that the lake lacks, or has as they were before. */
export const Waiting = z.object({
  /** `silver.odds` */
  dataset: z.string(),
  partitions: z.int().positive(),
  /** The one that has waited longest: `2024-03`; of a table that is written whole, `1970-01`. */
  oldest: z.string(),
  /** For how long, in hours of the real clock. */
  hours: z.number(),
});
export type Waiting = z.infer<typeof Waiting>;

/** How fresh silver is as of an instant (QUAL-1). Ages are hours; null where there was none yet. */
export const Freshness = z.object({
  fixturesLastUpdate: z.number().nullable(),
  oddsLastUpdate: z.number().nullable(),
  due: z.array(Due).readonly(),
  /** The latest of those that lack something. */
  missingMatches: z.array(MissingMatch).readonly(),
  /** What waits for the lake. */
  waiting: z.array(Waiting).readonly().default([]),
  /** For how long gold has been made of another silver than the newest, in hours of the real clock; null where it is not. */
  goldBehind: z.number().nullable().default(null),
});
export type Freshness = z.infer<typeof Freshness>;

/** From when on, after kick-off, what is due of a match, in milliseconds. */
export interface DueLimits {
  readonly lineupsMs: number;
  readonly closingPriceMs: number;
  readonly scoreMs: number;
  /** How old the list of fixtures and the prices of a match ahead may be, and for how long before kick-off they are asked for. */
  readonly toldWithinMs: number;
  /** The length of a day of which no kick-off is known. */
  readonly dayMs: number;
  /** How far back matches are looked at. */
  readonly windowMs: number;
  /** How many matches that lack something are named. */
  readonly shown: number;
}
