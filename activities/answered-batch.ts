import { Context } from '@temporalio/activity';
import type pg from 'pg';
import { noteRefinedBatch, refinedBatchOf, type RefinedBatch } from '../adapters/postgres/refined-batches.js';
import { inTransaction } from '../adapters/postgres/transaction.js';
import { taskAttempt } from '../adapters/temporal/attempt.js';

/** What the running activity came to in an earlier attempt, whose worker was killed after its commit and before its answer; undefined where there is none. */
export async function answeredBefore(pool: pg.Pool): Promise<RefinedBatch | undefined> {
  const task = taskAttempt(Context.current().info);
  if (task.retryCount === 0) return undefined;
  return await inTransaction(pool, ({ client }) => refinedBatchOf(client, task));
}

/** Notes in the transaction of a batch what it comes to, for an attempt after this one. */
export const noteAnswer = (client: pg.ClientBase, batch: RefinedBatch): Promise<void> =>
  noteRefinedBatch(client, taskAttempt(Context.current().info), batch);
