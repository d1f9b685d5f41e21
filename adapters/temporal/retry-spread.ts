import type { Info } from '@temporalio/activity';
import type { TaskQueue } from '../../schemas/jobs/task-queues.js';
import { delayByPolicy } from './attempt.js';

/** Where requests are asked again at times of their own (SCH-7, COR-13): the lists of a source fail together. */
const spreadQueues: ReadonlySet<string> = new Set<TaskQueue>(['fixtures']);

/** Whose retry policies are made for a provider: as many attempts fit into the time of a step as it may be asked (SCH-7, COL-10). */
const requestQueues: ReadonlySet<string> = new Set<TaskQueue>(['fixtures', 'scores', 'odds']);
/** Anywhere else policies are made for workers that die. In the two hours of such a step a provider is then asked four times. */
const afterRefusalMs = 10 * 60_000;

/** How long to wait at least, in milliseconds, before a provider that refused for its quota is asked again, whatever sooner time it names. */
export const delayAfterRefusal = (info: Pick<Info, 'taskQueue' | 'retryPolicy' | 'attempt'>): number =>
  requestQueues.has(info.taskQueue) ? delayByPolicy(info) : afterRefusalMs * 2 ** (info.attempt - 1);

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
