import { z } from 'zod';
import {
  AnomalyMethod,
  AnomalySeverity,
  AnomalyType,
  DetectionMode,
  WatchedTable,
} from '../records/anomaly.js';
import { Instant } from '../values.js';
import { JobOutcome } from './outcome.js';
import { SimulatedClock } from './simulated-clock.js';

/** The window of each table that is looked at where nobody says another (ANOM-8). */
export const usualWindowHours: Readonly<Record<WatchedTable, number>> = {
  odds: 24,
  matches: 6,
  predictions: 24,
};

export const DetectAnomaliesInput = z.strictObject({
  table: WatchedTable.describe('Which table is looked at'),
  windowHours: z
    .number()
    .positive()
    .max(24 * 366 * 40)
    .optional()
    .describe('How far back its rows are judged. Absent: odds 24, matches 6, predictions 24'),
  mode: DetectionMode.optional().describe(
    'full: the whole window; incremental: what is newer than the last detection. Absent: as the table is configured',
  ),
  clock: SimulatedClock.optional(),
});
export type DetectAnomaliesInput = z.infer<typeof DetectAnomaliesInput>;

const count = z.int().nonnegative();

/** What one method found, in counts: of rows, or of columns where it compares distributions. */
export const DetectionCounts = z.object({
  method: AnomalyMethod,
  anomalyType: AnomalyType,
  severity: AnomalySeverity,
  tested: count,
  anomalous: count,
  skipped: count,
});
export type DetectionCounts = z.infer<typeof DetectionCounts>;

/** What was found in a table's window; the rows themselves stand in anomaly_detections. */
export const DetectedAnomalies = z.object({
  window: z.object({ from: Instant, to: Instant }),
  detections: z.array(DetectionCounts),
  /** What asks for a person. */
  findings: count,
  /** Rows that went into quarantine. */
  quarantined: count,
  /** Columns whose drift asks for features and a training anew. */
  drifted: count,
  /** Columns that are distributed otherwise than before, which asks for a training anew. */
  shifted: count,
});
export type DetectedAnomalies = z.infer<typeof DetectedAnomalies>;

/**
 * - `not-asked`  nothing called for it
 * - `started`    by this run
 * - `under-way`  a training runs already
 * - `not-due`    the week has had its training
 */
export const RetrainingState = z.enum(['not-asked', 'started', 'under-way', 'not-due']);
export type RetrainingState = z.infer<typeof RetrainingState>;

export const DetectAnomaliesResult = DetectedAnomalies.extend({
  result: JobOutcome,
  table: WatchedTable,
  /** Whether features were computed again without what is in quarantine, or for what has drifted. */
  features: z.enum(['not-asked', 'ready', 'not-ready']),
  retraining: RetrainingState,
});
export type DetectAnomaliesResult = z.infer<typeof DetectAnomaliesResult>;
