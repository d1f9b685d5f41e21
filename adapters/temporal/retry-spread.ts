import type { Info } from '@temporalio/activity';
import type { TaskQueue } from '../../schemas/jobs/task-queues.js';
import { delayByPolicy } from './attempt.js';

/** Where requests are asked again at times of their own (SCH-7, COR-13): the lists of a source fail together. */
const spreadQueues: ReadonlySet<string> = new Set<TaskQueue>(['fixtures']);

/** Only ever later than the policy says: sooner, one attempt more would fit into the time that a step may take. */
const mostMore = 0.25;

/**
 * How long to wait before an attempt is made again, in milliseconds: what its retry policy says, and up to a quarter more by chance, which no policy
 * of Temporal's can say. Undefined on a queue whose retries are not spread.
 * @param random at least 0 and less than 1
 */
export const spreadDelay = (
  info: Pick<Info, 'taskQueue' | 'retryPolicy' | 'attempt'>,
  random: () => number,
): number | undefined =>
  spreadQueues.has(info.taskQueue) ? Math.ceil(delayByPolicy(info) * (1 + mostMore * random())) : undefined;
