import { z } from 'zod';
import { Scores } from '../records/checkpoint.js';
import { qualifiedName } from '../tables/lake-table.js';
import { suites } from '../tables/suites.js';
import { SimulatedClock } from './simulated-clock.js';

/** The tables that have a suite, as `silver.matches`. */
export const suiteTables: readonly string[] = suites.map(({ table }) => qualifiedName(table));

export const QualityCheckInput = z.strictObject({
  /** As `silver.matches`; absent: every table that has a suite, and how fresh silver is. */
  tables: z
    .array(z.string().refine((name) => suiteTables.includes(name), `A table is ${suiteTables.join(', ')}`))
    .min(1)
    .optional(),
  /** Of a simulated season; absent: the time that it is. */
  clock: SimulatedClock.optional(),
});
export type QualityCheckInput = z.infer<typeof QualityCheckInput>;

/** What a check came to; all of it is the checkpoint of that id. */
export const QualityCheckResult = z.object({
  checkpoint: z.number(),
  scores: Scores,
  /** Expectations that are not met. */
  unmet: z.number(),
  /** Whether one of them would hold a publication back. */
  heldBack: z.boolean(),
  /** Matches that lack what was due; null where that was not asked. */
  missing: z.number().nullable(),
});
export type QualityCheckResult = z.infer<typeof QualityCheckResult>;
