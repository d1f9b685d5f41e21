import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { TemporalClient } from '../adapters/temporal/connect.js';
import type { TaskQueue } from '../schemas/jobs/task-queues.js';
import { toIso, type Instant } from '../schemas/values.js';

/** `pending` is asked again. */
export type RequestedFeatures =
  | { readonly state: 'ready' }
  | { readonly state: 'pending' }
  | { readonly state: 'failed'; readonly reason: string };

/** An activity that has features computed: once for all matches that want them as of the same instant. */
export function createRequestFeaturesActivities({
  connect,
}: {
  readonly connect: () => Promise<TemporalClient>;
}) {
  return {
    /** Starts the run of an instant where nobody has yet, and tells how it stands. */
    async requestFeatures({ asOf }: { readonly asOf: Instant }): Promise<RequestedFeatures> {
      const workflowId = `features/${toIso(asOf)}`;
      const temporal = await connect();
      try {
        const { workflow } = temporal.client;
        try {
          await workflow.start('calculateFeatures', {
            workflowId,
            taskQueue: 'default' satisfies TaskQueue,
            args: [{}],
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
          });
          return { state: 'pending' };
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        }
        const { status } = await workflow.getHandle(workflowId).describe();
        if (status.name === 'RUNNING') return { state: 'pending' };
        if (status.name === 'COMPLETED') return { state: 'ready' };
        return { state: 'failed', reason: `${workflowId} ended as ${status.name.toLowerCase()}` };
      } finally {
        await temporal.close();
      }
    },
  };
}
