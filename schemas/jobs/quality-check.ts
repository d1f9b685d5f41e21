import { z } from 'zod';
import { Scores } from '../records/checkpoint.js';
import { FailedExpectation } from '../records/judgement.js';
import { qualifiedName } from '../tables/lake-table.js';
import { suites } from '../tables/suites.js';
import { SimulatedClock } from './simulated-clock.js';

/** The tables that have a suite, as `silver.matches`. */
export const suiteTables: readonly string[] = suites.map(({ table }) => qualifiedName(table));

/** How many of the newest rows of a table are judged, where nobody says otherwise (QUAL-7). */
export const usualRows = 1_000;

export const RowsToJudge = z.union([z.int().positive(), z.literal('all')]);
export type RowsToJudge = z.infer<typeof RowsToJudge>;

export const QualityCheckInput = z.strictObject({
  /** As `silver.matches`; absent: every table that has a suite, and how fresh silver is. */
  tables: z
    .array(z.string().refine((name) => suiteTables.includes(name), `A table is ${suiteTables.join(', ')}`))
    .min(1)
    .optional(),
  /** How many of the newest rows of each table are judged, or `all`; absent: the newest thousand. */
  rows: RowsToJudge.optional(),
  /** Of a simulated season; absent: the time that it is. */
  clock: SimulatedClock.optional(),
});
export type QualityCheckInput = z.infer<typeof QualityCheckInput>;

/** What a check came to that found every contract kept; all of it is the checkpoint of that id. */
export const QualityCheckResult = z.object({
  checkpoint: z.number(),
  /** The snapshot of the lake that was judged; null where nothing was published yet. */
  snapshot: z.number().nullable(),
  scores: Scores,
  /** Expectations that are not met. */
  unmet: z.number(),
  /** They themselves. */
  failed: z.array(FailedExpectation),
  /** Matches that lack what was due; null where that was not asked. */
  missing: z.number().nullable(),
  /** Seconds, by the names of QUAL-8. */
  execution_time: z.number(),
  /** Suspicious odds and unusual scores; null where that was not asked. */
  anomalies_count: z.number().nullable(),
  /** Of the expectations that judged a row, the share that every row met, in percent. */
  overall_success_rate: z.number(),
});
export type QualityCheckResult = z.infer<typeof QualityCheckResult>;

/** How an error names the checkpoint that it is about. */
export const checkpointObject = (checkpoint: number): string => `checkpoint ${checkpoint}`;

/** The checkpoint that an error is about; undefined where it is about something else. */
export function checkpointOf(object: string | undefined): number | undefined {
  const id = /^checkpoint (\d+)$/.exec(object ?? '')?.[1];
  return id === undefined ? undefined : Number(id);
}
