import { Context } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { reachingPostgres } from '../adapters/postgres/away.js';
import { logTaskError } from '../adapters/postgres/error-log.js';
import type { Database } from '../adapters/postgres/open-database.js';
import type { Redactor } from '../adapters/redaction/redactor.js';
import { taskAttempt } from '../adapters/temporal/attempt.js';
import type { JobFailure } from '../schemas/jobs/failure.js';

/** A workflow that failed by itself. Its stack stands in Temporal. */
export interface FailedJob extends JobFailure {
  readonly workflowType: string;
}

/** Activities that keep what no failed attempt of an activity says. */
export function createJobFailureActivities({
  db,
  redactor,
}: {
  readonly db: Kysely<Database>;
  readonly redactor: Redactor;
}) {
  return {
    /** Writes the line of a failed run, once; it is the run's final failure. */
    async recordJobFailure({ workflowType, name, message, subject }: FailedJob): Promise<void> {
      const { workflowId, runId } = taskAttempt(Context.current().info);
      await reachingPostgres(() =>
        logTaskError(
          db,
          {
            ...{ taskName: workflowType, workflowId, runId, activityId: 'workflow', retryCount: 0 },
            ...{
              errorType: name,
              message,
              traceback: undefined,
              context: { workflowType, subject },
              isFinal: true,
            },
          },
          redactor,
        ),
      );
    },
  };
}
