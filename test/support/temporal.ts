import type { WorkflowHandle } from '@temporalio/client';
import { startLocalTemporal, type LocalTemporal } from '../../scripts/histories/local-temporal.js';
import { standInActivities, type JobActivities } from '../../scripts/histories/stand-ins.js';
import { jobFailure, type JobFailure } from '../../schemas/jobs/failure.js';
import type * as workflows from '../../workflows/index.js';

/** An activity that a workflow asked for, with what it was given. */
export interface RecordedCall {
  readonly activity: string;
  readonly input: unknown;
}

/** How a run ended, and the activities it asked for, in the order in which they began. */
export interface FinishedRun {
  readonly result: unknown;
  /** Undefined where the run did not fail. */
  readonly failure: JobFailure | undefined;
  readonly calls: readonly RecordedCall[];
  /** The names of the calls. */
  readonly steps: readonly string[];
}

/** What a test does with a run before it ends. */
export type Meanwhile = (handle: WorkflowHandle, calls: readonly RecordedCall[]) => Promise<void>;

/** Temporal with workers over the real workflows, and activities that stand in for the real ones. */
export interface TestTemporal {
  /** Runs a workflow to its end; `meanwhile` runs beside it. */
  run(
    workflow: keyof typeof workflows,
    input: unknown,
    activities?: Partial<JobActivities>,
    meanwhile?: Meanwhile,
  ): Promise<FinishedRun>;
  readonly client: LocalTemporal['client'];
  stop(): Promise<void>;
}

/** Notes each call of an activity, then makes it. */
function noting(activities: JobActivities, calls: RecordedCall[]): JobActivities {
  return new Proxy(activities, {
    get(target, name, receiver) {
      const activity: unknown = Reflect.get(target, name, receiver);
      if (typeof activity !== 'function' || typeof name !== 'string') return activity;
      return (input: unknown): unknown => {
        calls.push({ activity: name, input });
        return Reflect.apply(activity, target, [input]);
      };
    },
  });
}

/** Starts one. `stop` has to be awaited. */
export async function startTestTemporal(): Promise<TestTemporal> {
  const temporal = await startLocalTemporal();
  let runs = 0;
  return {
    client: temporal.client,
    async run(workflow, input, activities = {}, meanwhile = () => Promise.resolve()) {
      const calls: RecordedCall[] = [];
      runs += 1;
      const workflowId = `run-${runs}`;
      return temporal.withActivities(noting(standInActivities(activities), calls), async () => {
        const handle = await temporal.client.workflow.start(workflow, {
          workflowId,
          taskQueue: 'default',
          args: [input],
        });
        const ended = handle.result().then(
          (result: unknown) => ({ result, failure: undefined }),
          (error: unknown) => ({ result: undefined, failure: jobFailure(error) }),
        );
        await meanwhile(handle, calls);
        return { ...(await ended), calls, steps: calls.map(({ activity }) => activity) };
      });
    },
    stop: () => temporal.stop(),
  };
}
