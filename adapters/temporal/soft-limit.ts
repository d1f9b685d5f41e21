import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { TaskQueue } from '../../schemas/jobs/task-queues.js';
import { latestDetails } from './pulse.js';

/** After so long a step is out of the ordinary (SCH-9); its hard limit is the start-to-close of its options. */
const softLimitMs = 300_000;

/** Training takes what it takes, and a prediction waits in its worker until its time. */
const longByNature: ReadonlySet<string> = new Set<TaskQueue>(['model', 'predictions']);

/** Warns, once and in the process log, of an attempt that has run for longer than the soft limit, with what it reported last. */
export const softLimit: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      const { taskQueue, startToCloseTimeoutMs } = context.info;
      if (longByNature.has(taskQueue)) return await next(input);
      const warning = setTimeout(() => {
        context.log.warn('A step has run for longer than its soft limit', {
          softLimitSeconds: softLimitMs / 1_000,
          hardLimitSeconds: startToCloseTimeoutMs / 1_000,
          ...latestDetails(context),
        });
      }, softLimitMs);
      try {
        return await next(input);
      } finally {
        clearTimeout(warning);
      }
    },
  },
});
