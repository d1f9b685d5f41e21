import type { Judgement } from './records/judgement.js';

/**
 * What the caller can do about a failure decides its class:
 * - `retry-later`   a dependency is away or slow; the same call may succeed
 * - `wait-for-quota` the provider refuses until a given time
 * - `fix-input`     a file, row, setting or argument is wrong; a retry changes nothing
 * - `fix-code`      an invariant of ours is broken; a retry changes nothing
 */
export type Remedy = 'retry-later' | 'wait-for-quota' | 'fix-input' | 'fix-code';

/** What the failure is about: the file, row, setting or id, and what to do. Every value is printable. */
export interface ErrorSubject {
  readonly file?: string;
  readonly row?: number;
  readonly field?: string;
  readonly setting?: string;
  readonly object?: string;
  /** What a provider answered. */
  readonly httpStatus?: number;
  /** One sentence that begins with a verb: what the reader can do. */
  readonly advice?: string;
}

/** What a reader can do about an error that gives no advice of its own. */
const adviceByRemedy: Readonly<Record<Remedy, string>> = {
  'retry-later':
    'Wait: a job asks again by itself. Where it goes on, see whether what is named can be reached from here.',
  'wait-for-quota': 'Wait: what was not asked is asked when the quota allows it.',
  'fix-input': 'Correct what is named, then run it again.',
  'fix-code':
    'Report it with what is named: neither waiting nor a setting mends it, and nothing stored is lost.',
};

/** One sentence on what the reader can do about an error: its own advice, or that of its remedy. */
export const adviceOn = ({ subject, remedy }: TouchlineError): string =>
  subject.advice ?? adviceByRemedy[remedy];

/** The base of every error that Touchline raises on purpose. `name` is stable and goes into Temporal failures and logs. */
export abstract class TouchlineError extends Error {
  abstract readonly remedy: Remedy;
  readonly subject: ErrorSubject;

  constructor(message: string, subject: ErrorSubject = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.subject = subject;
  }
}

/** A dependency is away, slow or refuses connections. */
export class DependencyAway extends TouchlineError {
  readonly remedy = 'retry-later';
}

/** A provider did not answer, or answered with an error of its own, as often as it was asked in one call. */
export class ProviderAway extends TouchlineError {
  readonly remedy = 'retry-later';
}

/** The provider's quota is used up until `retryAt` (epoch milliseconds, where the provider says so). */
export class QuotaExhausted extends TouchlineError {
  readonly remedy = 'wait-for-quota';
  readonly retryAt: number | undefined;

  constructor(message: string, subject: ErrorSubject, retryAt?: number) {
    super(message, subject);
    this.retryAt = retryAt;
  }
}

/** A provider does not accept the key, or the key may not ask this. The message names the provider and the variable. */
export class KeyRefused extends TouchlineError {
  readonly remedy = 'fix-input';
}

/** A provider's answer has not the shape that its contract describes: nothing of it can be read. */
export class ContractBroken extends TouchlineError {
  readonly remedy = 'fix-code';
}

/** A file, payload, argument or setting that cannot be used as it is. */
export class BadInput extends TouchlineError {
  readonly remedy = 'fix-input';
}

/** A job's prerequisite is missing: the job ends as skipped, with this reason. */
export class PrerequisiteMissing extends TouchlineError {
  readonly remedy = 'fix-input';
}

/** A result that is too good to be true: it is refused, not reported. */
export class SuspectedLeak extends TouchlineError {
  readonly remedy = 'fix-code';
}

/** A version of the model did not pass the gate before production. */
export class PromotionRefused extends TouchlineError {
  readonly remedy = 'fix-input';
}

/** What is expected of a table of the lake is not met: nothing was published, or what is published breaks its contract. */
export class CheckFailed extends TouchlineError {
  readonly remedy = 'fix-input';
  /** What was found; undefined where no table was judged by what is declared of it. */
  readonly judgement: Judgement | undefined;

  constructor(message: string, subject: ErrorSubject = {}, judgement?: Judgement) {
    super(message, subject);
    this.judgement = judgement;
  }
}

/** What a rule of the tables refused. */
export interface Violation {
  /** The constraint, or the rule of a trigger, by its name. */
  readonly constraint: string;
  /** The table, not its partition. */
  readonly table: string;
  readonly sqlState: string;
  /** The offending row or value as Postgres tells it; undefined where it does not. */
  readonly detail: string | undefined;
}

/** A row breaks a rule of the tables. The transaction it was in is rolled back. */
export class ConstraintViolated extends TouchlineError {
  readonly remedy = 'fix-input';
  readonly violation: Violation;

  constructor(message: string, violation: Violation, cause?: unknown) {
    super(
      message,
      {
        object: violation.detail === undefined ? violation.table : `${violation.table}: ${violation.detail}`,
        advice: `Correct or hold the row; touchline db constraints shows what ${violation.constraint} asks.`,
      },
      cause,
    );
    this.violation = violation;
  }
}

/** A backup, or the WAL behind it, is not what its metadata says, or cannot be opened. Nothing may be restored from it. */
export class BackupUnsound extends TouchlineError {
  readonly remedy = 'fix-input';
  readonly fault: 'missing' | 'corrupt' | 'wal_gap' | 'key' | 'clock';

  constructor(fault: BackupUnsound['fault'], message: string, subject: ErrorSubject, cause?: unknown) {
    super(message, subject, cause);
    this.fault = fault;
  }
}

/** An invariant of ours does not hold. */
export class InvariantBroken extends TouchlineError {
  readonly remedy = 'fix-code';
}

/** Says what happened, to what, and what to do: one line a part. */
export function describeError(error: unknown): string {
  if (!(error instanceof TouchlineError)) return error instanceof Error ? error.message : String(error);
  const { file, row, field, setting, object } = error.subject;
  const where = [
    file === undefined ? undefined : `file ${file}`,
    row === undefined ? undefined : `row ${row}`,
    field === undefined ? undefined : `field ${field}`,
    setting === undefined ? undefined : `setting ${setting}`,
    object,
  ].filter((part) => part !== undefined);
  return [`${error.message}${where.length > 0 ? ` (${where.join(', ')})` : ''}`, adviceOn(error)].join('\n');
}
