import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { TemporalClient } from '../adapters/temporal/connect.js';
import type { SimulatedClock } from '../schemas/jobs/simulated-clock.js';
import type { TaskQueue } from '../schemas/jobs/task-queues.js';
import { toIso, type Instant } from '../schemas/values.js';

/** `pending` is asked again. */
export interface RequestedFeatures {
  readonly state: 'ready' | 'pending';
}

/** An activity that has features computed: once for all matches that want them as of the same instant. */
export function createRequestFeaturesActivities({
  connect,
}: {
  readonly connect: () => Promise<TemporalClient>;
}) {
  return {
    /** Starts the run of an instant where nobody has yet, or where it failed, and tells whether it has ended well. */
    async requestFeatures({
      asOf,
      clock,
    }: {
      readonly asOf: Instant;
      readonly clock?: SimulatedClock;
    }): Promise<RequestedFeatures> {
      // An instant of simulated time may come again, in another season.
      const workflowId = `features/${clock === undefined ? '' : `simulated ${clock.realStart}/`}${toIso(asOf)}`;
      const temporal = await connect();
      try {
        const { workflow } = temporal.client;
        try {
          await workflow.start('calculateFeatures', {
            workflowId,
            taskQueue: 'default' satisfies TaskQueue,
            args: [{}],
            workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          });
          return { state: 'pending' };
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
        const { status } = await workflow.getHandle(workflowId).describe();
        return { state: status.name === 'COMPLETED' ? 'ready' : 'pending' };
      } finally {
        await temporal.close();
      }
    },
  };
}
