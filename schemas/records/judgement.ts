import { z } from 'zod';
import { Scores } from './checkpoint.js';

/** An expectation that some rows of a table do not meet. */
export const FailedExpectation = z.object({
  /** As `silver.matches`. */
  table: z.string(),
  type: z.string(),
  columns: z.array(z.string()).readonly(),
  says: z.string(),
  weight: z.enum(['blocks', 'reports']),
  evaluated: z.number(),
  unexpected: z.number(),
});
export type FailedExpectation = z.infer<typeof FailedExpectation>;

/** What some tables were found to be. */
export const Judgement = z.object({
  /** Where all of it is kept; null for the checks of a gold model, of which nothing is kept. */
  checkpoint: z.number().nullable(),
  /** The snapshot of the lake that was judged; null for what was about to be published. */
  snapshot: z.number().nullable(),
  scores: Scores,
  failed: z.array(FailedExpectation).readonly(),
});
export type Judgement = z.infer<typeof Judgement>;
