import { z } from 'zod';
import type { Instant } from '../values.js';
import type { BasicAnomalies } from './basic-anomalies.js';
import type { Freshness } from './freshness.js';
import type { ShownValue, SuiteResult } from './validation.js';

/** What suites were run over: what a publication or a build of gold was about to make visible, or what is published. */
export const CheckpointKind = z.enum(['publish', 'build-gold', 'check']);
export type CheckpointKind = z.infer<typeof CheckpointKind>;

/** The score of the house among those of tables. */
export const overallTable = 'overall';

/** A score from 0 to 100 by table, and `overall`. */
export const Scores = z.record(z.string(), z.number().min(0).max(100));
export type Scores = z.infer<typeof Scores>;

/** One run of suites, in figures. */
export interface CheckpointFigures {
  /** Seconds. */
  readonly executionTime: number;
  readonly rowsJudged: number;
  /** Of the expectations that judged a row, the share that every row met, in percent. */
  readonly overallSuccessRate: number;
  readonly scores: Scores;
  /** Whether something was unmet that holds a table back: of what is published, that a contract is broken. */
  readonly heldBack: boolean;
}

/** When, why and of what suites were run. */
export interface CheckpointOccasion {
  readonly kind: CheckpointKind;
  /** The run of the job. */
  readonly runId: string;
  /** The snapshot of the lake that was judged; null where the rows were not visible yet. */
  readonly snapshot: number | null;
  readonly runAt: Instant;
}

/** One run of suites: what it found, and its figures. */
export interface Checkpoint extends CheckpointOccasion, CheckpointFigures {
  readonly results: readonly SuiteResult[];
  /** How fresh the house was as of `runAt`; null where that was not asked. */
  readonly freshness: Freshness | null;
  /** What was odd; null where that was not asked. */
  readonly anomalies: BasicAnomalies | null;
}

/** A run of suites as it is listed. */
export interface CheckpointLine extends CheckpointOccasion, CheckpointFigures {
  readonly id: number;
}

/** What one expectation found, as it is kept. */
export interface StoredValidation {
  readonly table: string;
  readonly suite: string;
  readonly type: string;
  readonly columns: readonly string[];
  readonly weight: 'blocks' | 'reports';
  readonly says: string;
  readonly evaluated: number;
  readonly unexpected: number;
  readonly examples: readonly Readonly<Record<string, ShownValue>>[];
}

/** A run of suites with all that it found. */
export interface StoredCheckpoint extends CheckpointLine {
  readonly freshness: Freshness | null;
  readonly anomalies: BasicAnomalies | null;
  readonly validations: readonly StoredValidation[];
}
