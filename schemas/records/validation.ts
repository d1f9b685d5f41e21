import type { AnyExpectation } from '../tables/expectations.js';

/** A value of a row, as a report shows it; a list is of the ids of payloads. */
export type ShownValue = string | number | boolean | null | readonly number[];

/** What one expectation found. */
export interface Validation {
  readonly expectation: AnyExpectation;
  /** The rows it judged: those with a value, among those that it is about. Of one about the table, 1; of one about seasons, these; of a contract, its columns. */
  readonly evaluated: number;
  /** Those of them that do not meet it. */
  readonly unexpected: number;
  /** Some of these, by the columns that name a row, those that the expectation is about, and the payload that said so. */
  readonly examples: readonly Readonly<Record<string, ShownValue>>[];
}

/** What a suite found in its table. */
export interface SuiteResult {
  readonly suite: string;
  /** `silver.odds` */
  readonly table: string;
  /** The rows that were judged. */
  readonly rows: number;
  readonly validations: readonly Validation[];
  /** How long it took. */
  readonly seconds: number;
}
