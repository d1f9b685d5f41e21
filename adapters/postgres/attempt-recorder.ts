import type { Kysely } from 'kysely';
import { FailureDetails } from '../../schemas/jobs/failure.js';
import type { Redactor } from '../redaction/redactor.js';
import type { AttemptRecorder } from '../temporal/attempt-log.js';
import { logLostAttempts, logTaskError } from './error-log.js';
import type { Database } from './open-database.js';

/** Keeps the failed attempts of activities in error_logs. */
export const attemptRecorder = (db: Kysely<Database>, redactor: Redactor): AttemptRecorder => ({
  async recordFailure({ failure, input, workflowType, isFinal, ...task }) {
    const details = FailureDetails.safeParse(failure.details?.[0]).data;
    await logTaskError(
      db,
      {
        ...task,
        errorType: failure.type ?? failure.name,
        message: failure.message,
        traceback: withCauses(failure),
        context: { workflowType, input, ...details },
        isFinal,
      },
      redactor,
    );
  },
  recordLost: (task) => logLostAttempts(db, task),
});

function withCauses(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\nCaused by: ${withCauses(error.cause)}` : own;
}
