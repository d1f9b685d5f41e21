import { Context } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { logApiFailure } from '../adapters/postgres/error-log.js';
import type { Database } from '../adapters/postgres/open-database.js';
import type { FailedRequest } from '../adapters/providers/provider.js';
import type { Redactor } from '../adapters/redaction/redactor.js';
import { recordInTime } from '../adapters/temporal/attempt-log.js';
import { taskAttempt } from '../adapters/temporal/attempt.js';

/** Keeps a request that failed within the running activity in error_logs; the activity goes on where it cannot be kept. */
export async function recordFailedRequest(
  db: Kysely<Database>,
  failed: FailedRequest,
  redactor: Redactor,
): Promise<void> {
  const { endpoint, httpStatus, requestNo, error } = failed;
  const task = taskAttempt(Context.current().info);
  await recordInTime(() =>
    logApiFailure(
      db,
      { ...task, errorType: error.name, message: error.message, endpoint, httpStatus, requestNo },
      redactor,
    ),
  );
}
