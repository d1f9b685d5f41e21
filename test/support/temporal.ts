import type { WorkflowHandle } from '@temporalio/client';
import {
  bundleOfToday,
  startLocalTemporal,
  type LocalTemporal,
} from '../../scripts/histories/local-temporal.js';
import { standInActivities, type JobActivities } from '../../scripts/histories/stand-ins.js';
import { jobFailure, type JobFailure } from '../../schemas/jobs/failure.js';
import type * as workflows from '../../workflows/index.js';
import { replay, turnsWithoutGolden, type NamedHistory } from './golden-histories.js';

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
  /**
   * Runs a workflow to its end; `meanwhile` runs beside it.
   * @throws Error that names each turn of the run, or of one that it began, which no golden history takes.
   */
  run(
    workflow: keyof typeof workflows,
    input: unknown,
    activities?: Partial<JobActivities>,
    meanwhile?: Meanwhile,
  ): Promise<FinishedRun>;
  readonly client: LocalTemporal['client'];
  /**
   * Replays every run that was made.
   * @throws Error that names those whose workflow would not take the same steps again.
   */
  stop(): Promise<void>;
}

/** The histories of a run, of those that it began, and of those that it went on as. */
async function historiesOf(
  client: LocalTemporal['client'],
  run: { readonly workflowId: string; readonly runId?: string | undefined },
): Promise<readonly NamedHistory[]> {
  const { workflowId, runId } = run;
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const begun = (history.events ?? []).flatMap((event) => {
    const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
    const next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
    if (next != null) return [{ workflowId, runId: next }];
    return child?.workflowId == null
      ? []
      : [{ workflowId: child.workflowId, runId: child.runId ?? undefined }];
  });
  const others = await Promise.all(begun.map((one) => historiesOf(client, one)));
  return [{ workflowId, history }, ...others.flat()];
}

async function refuseTurnsWithoutGolden(histories: readonly NamedHistory[]): Promise<void> {
  const turns = await Promise.all(histories.map(({ history }) => turnsWithoutGolden(history)));
  const missing = [...new Set(turns.flat())];
  if (missing.length === 0) return;
  throw new Error(
    `No golden history takes these turns; add a run that does to scripts/histories/cases.ts:\n${missing.join('\n')}`,
  );
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
  const made: NamedHistory[] = [];
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
        const finished = await ended;
        const { client } = temporal;
        const histories = await historiesOf(client, { workflowId, runId: handle.firstExecutionRunId });
        made.push(...histories);
        await refuseTurnsWithoutGolden(histories);
        return { ...finished, calls, steps: calls.map(({ activity }) => activity) };
      });
    },
    async stop() {
      await temporal.stop();
      const results = await replay({ codePath: await bundleOfToday() }, made);
      const broken = results.flatMap(({ workflowId, error }) =>
        error === undefined ? [] : [`${workflowId}: ${error.message}`],
      );
      if (broken.length > 0) throw new Error(`Runs that do not replay:\n${broken.join('\n')}`);
    },
  };
}
