import { TestWorkflowEnvironment } from '@temporalio/testing';
import { ensureTemporal, taskPriorities } from '../../adapters/embedded/tools/temporal.js';
import { jobLineage } from '../../activities/lineage.js';
import { quotaWait } from '../../activities/quota-wait.js';
import { activityLineage, type LineageHookDeps } from '../../adapters/lineage/activity-lineage.js';
import { createMeters, type Meters } from '../../adapters/metrics/meters.js';
import { redactor } from '../../adapters/redaction/redactor.js';
import type { AttemptRecorder } from '../../adapters/temporal/attempt-log.js';
import type { TemporalPlace } from '../../adapters/temporal/connect.js';
import { installRuntimeLogging } from '../../adapters/temporal/runtime-logging.js';
import { taskMeter } from '../../adapters/temporal/task-meter.js';
import { runWorkers } from '../../adapters/temporal/workers.js';
import type { Tracer } from '../../adapters/traces/tracer.js';
import { workflowBundle } from '../../adapters/temporal/workflow-bundle.js';
import { readConfig } from '../../config.js';
import { taskQueues } from '../../schemas/jobs/task-queues.js';
import type { JobActivities } from './stand-ins.js';

/** A Temporal of this process's own, in memory, without a worker. */
export interface LocalTemporal {
  readonly place: TemporalPlace;
  /** What its workers measure. */
  readonly meters: Meters;
  readonly client: TestWorkflowEnvironment['client'];
  /** Polls every queue with the workflows as they stand now and the given activities until the work has ended. */
  withActivities<T>(activities: JobActivities, work: () => Promise<T>, recorders?: Recorders): Promise<T>;
  stop(): Promise<void>;
}

/** Where what is recorded of each attempt goes; by default nowhere. */
export interface Recorders {
  readonly attempts?: AttemptRecorder;
  readonly outbox?: LineageHookDeps['outbox'];
  readonly tracer?: Pick<Tracer, 'record'>;
}

const tellsNobody: LineageHookDeps['outbox'] = { put: () => undefined };

const keepsNothing: AttemptRecorder = {
  recordFailure: () => Promise.resolve(),
  recordLost: () => Promise.resolve(),
};

/** How long a history may be before Temporal suggests to continue as new; refine's batches are one activity each. */
const longHistory = 60;

let logging: ReturnType<typeof installRuntimeLogging> | undefined;

/** The path of today's workflow bundle, made where it is missing. */
export const bundleOfToday = (): Promise<string> => workflowBundle(readConfig());

/** Starts the dev server in memory on a free port. Its timers fire at once, and a history is long early. */
export async function startLocalTemporal(): Promise<LocalTemporal> {
  logging ??= installRuntimeLogging('error', redactor);
  const log = logging;
  const executable = await ensureTemporal(readConfig());
  const dynamic = [
    'history.timerProcessorMaxTimeShift="20ms"',
    `limit.historyCount.suggestContinueAsNew=${longHistory}`,
  ];
  const environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: executable },
      log: { format: 'pretty', level: 'error' },
      extraArgs: [...dynamic.flatMap((value) => ['--dynamic-config-value', value]), ...taskPriorities],
    },
  });
  const place = { address: environment.address, namespace: environment.namespace ?? 'default' };
  const workflowBundlePath = await bundleOfToday();
  const meters = createMeters();
  const tasks = taskMeter(meters);
  return {
    place,
    client: environment.client,
    meters,
    async withActivities(activities, work, { attempts = keepsNothing, outbox = tellsNobody, tracer } = {}) {
      const stopping = new AbortController();
      let ready: () => void = () => undefined;
      const polling = new Promise<void>((resolve) => {
        ready = resolve;
      });
      const plan = {
        ...{ place, queues: taskQueues, activities, workflowBundlePath, concurrency: 4, log },
        ...{
          attempts,
          quotaWait,
          redactor,
          tasks,
          ...(tracer === undefined ? {} : { tracer }),
          lineage: activityLineage(jobLineage, { outbox, redactor, log }),
        },
      };
      const workers = runWorkers(plan, stopping.signal, ready);
      try {
        await Promise.race([polling, workers]);
        return await work();
      } finally {
        stopping.abort();
        await workers;
      }
    },
    stop: () => environment.teardown(),
  };
}
