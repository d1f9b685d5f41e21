import type pg from 'pg';
import type { TaskAttempt } from '../temporal/attempt.js';
import type { Row } from './row.js';

/** What a batch of refine came to: payloads, and the matches whose prices were told. */
export interface RefinedBatch {
  readonly claimed: number;
  readonly done: number;
  readonly held: number;
  readonly matches: number;
}

type Task = Pick<TaskAttempt, 'workflowId' | 'runId' | 'activityId'>;

/** Of a long workflow id the beginning is enough: the run's is unique. */
const keyOf = ({ workflowId, runId, activityId }: Task): string =>
  `${workflowId.slice(0, 300)}/${runId}/${activityId}`;

/** Notes in a batch's transaction what the task comes to with it. */
export async function noteRefinedBatch(
  client: pg.ClientBase,
  task: Task,
  { claimed, done, held, matches }: RefinedBatch,
): Promise<void> {
  await client.query(
    `insert into refined_batches (task_key, claimed_count, done_count, held_count, match_count) values ($1, $2, $3, $4, $5)
     on conflict (task_key) do update set claimed_count = excluded.claimed_count, done_count = excluded.done_count,
       held_count = excluded.held_count, match_count = excluded.match_count`,
    [keyOf(task), claimed, done, held, matches],
  );
}

interface BatchColumns {
  readonly claimed: 'refined_batches.claimed_count';
  readonly done: 'refined_batches.done_count';
  readonly held: 'refined_batches.held_count';
  readonly matches: 'refined_batches.match_count';
}

/** What an earlier attempt of the task came to; undefined where none got as far. */
export async function refinedBatchOf(client: pg.ClientBase, task: Task): Promise<RefinedBatch | undefined> {
  const { rows } = await client.query<Row<BatchColumns>>(
    `select claimed_count as claimed, done_count as done, held_count as held, match_count as matches
     from refined_batches where task_key = $1`,
    [keyOf(task)],
  );
  return rows[0];
}
