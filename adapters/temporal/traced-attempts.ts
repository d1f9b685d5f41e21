import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { correlationId } from '../correlation.js';
import type { Tracer } from '../traces/tracer.js';

/** Records each attempt of a step as a span of the trace of its run. */
export const tracedAttempts =
  (tracer: Pick<Tracer, 'record'>): ActivityInterceptorsFactory =>
  ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const begunAt = Date.now();
        let outcome: 'ok' | 'error' = 'error';
        try {
          const result: unknown = await next(input);
          outcome = 'ok';
          return result;
        } finally {
          tracer.record({
            ...{
              correlationId: correlationId() ?? info.activityId,
              name: info.activityType,
              kind: 'consumer',
            },
            ...{ begunAt, endedAt: Date.now(), outcome },
            attributes: {
              'temporal.workflow_id': info.workflowExecution?.workflowId ?? '',
              'temporal.run_id': info.workflowExecution?.runId ?? '',
              'temporal.task_queue': info.taskQueue,
              'temporal.attempt': String(info.attempt),
            },
          });
        }
      },
    },
  });
