import type { ShownValue } from './validation.js';

/** What two sources and more say of the same. */
export interface AgreementCount {
  /** What several sources tell of: matches with a final score, closing prices of one bookmaker. */
  readonly compared: number;
  /** Those of which they tell something else. */
  readonly apart: number;
  readonly examples: readonly Readonly<Record<string, ShownValue>>[];
}

/** Whether the sources of the lake agree with each other. */
export interface SourceAgreement {
  readonly scores: AgreementCount;
  readonly prices: AgreementCount;
}
