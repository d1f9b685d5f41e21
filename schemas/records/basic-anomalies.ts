import { z } from 'zod';

const count = z.int().nonnegative();

/** A quote that is doubted. */
export const SuspiciousQuote = z.object({
  id: z.number(),
  matchId: z.number(),
  bookmaker: z.string(),
  market: z.string(),
  /** The prices that the market has: `{"home": 1.01, "draw": 34, "away": 1001}`. */
  prices: z.record(z.string(), z.number()),
  /** ISO-8601. */
  collectedAt: z.string(),
  rawId: z.number(),
});
export type SuspiciousQuote = z.infer<typeof SuspiciousQuote>;

/** A score that a person looks at. */
export const OddScore = z.object({
  matchId: z.number(),
  league: z.string(),
  homeTeam: z.string(),
  awayTeam: z.string(),
  /** ISO-8601. */
  kickoff: z.string(),
  homeScore: z.number(),
  awayScore: z.number(),
});
export type OddScore = z.infer<typeof OddScore>;

/** What is odd in the lake as it is published (QUAL-2): how many, of how many, and the latest of them. */
export const BasicAnomalies = z.object({
  suspiciousOdds: z.object({ count, of: count, shown: z.array(SuspiciousQuote).readonly() }),
  unusualScores: z.object({ count, of: count, shown: z.array(OddScore).readonly() }),
});
export type BasicAnomalies = z.infer<typeof BasicAnomalies>;

/** Goals beyond which a score is unusual. */
export interface UnusualGoals {
  readonly side: number;
  readonly total: number;
}
