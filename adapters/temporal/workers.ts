import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { TaskQueue } from '../../schemas/jobs/task-queues.js';
import type { LineageHook } from '../lineage/activity-lineage.js';
import { activityFailures, type ActivityQuotaWait } from './activity-failure.js';
import { attemptLog, type AttemptRecorder } from './attempt-log.js';
import { correlatedAttempts } from './correlation.js';
import { pulse } from './pulse.js';
import { shortFailures } from './short-failure.js';
import { softLimit } from './soft-limit.js';
import { tracedAttempts } from './traced-attempts.js';
import type { Tracer } from '../traces/tracer.js';
import type { TaskMeter } from './task-meter.js';
import type { Redactor } from '../redaction/redactor.js';
import type { TemporalPlace } from './connect.js';

/** What one process polls and with what. */
export interface WorkerPlan<Activities extends object> {
  readonly place: TemporalPlace;
  readonly queues: readonly TaskQueue[];
  /** Undefined: any worker takes any task. */
  readonly version?: { readonly deploymentName: string; readonly buildId: string } | undefined;
  /** The activities of every queue; a queue polls for all of them. */
  readonly activities: Activities;
  /** The file of the workflow bundle; only the `default` queue runs workflows. */
  readonly workflowBundlePath: string;
  /** Activities side by side on each queue that has no limit of its own. */
  readonly concurrency: number;
  /** Keeps each failed attempt of an activity. */
  readonly attempts: AttemptRecorder;
  /** Measures each attempt. */
  readonly tasks: TaskMeter;
  /** Records each attempt as a span; absent: nothing is traced. */
  readonly tracer?: Pick<Tracer, 'record'>;
  /** Tells what each attempt read and wrote. An activity that declares nothing about that is refused here. */
  readonly lineage: LineageHook<NoInfer<keyof Activities & string>>;
  readonly quotaWait: ActivityQuotaWait;
  readonly redactor: Redactor;
  readonly log: { info(message: string): void; warn(message: string): void };
}

type AnyPlan = WorkerPlan<object>;

/**
 * DuckDB takes the memory it is given and XGBoost a core: no more of them at once in one process. Predictions of single matches wait for one
 * another and are made as one, so a slot of theirs costs nothing. A relay and readers of streams hold a slot for as long as they run.
 */
const mostSideBySide: Readonly<Partial<Record<TaskQueue, number>>> = {
  lake: 1,
  model: 2,
  predictions: 500,
  streaming: 16,
};

/** A thousand matches are followed at once, and whoever is not kept is read again from its history at each of its steps. */
const keptWorkflows = 1_000;

/**
 * At least this lies between two heartbeats of an attempt. By itself Temporal sends one in four fifths of the timeout, which leaves a busy machine
 * too little time for it; this is a quarter of a short step's.
 */
const heartbeatThrottle = '2 seconds';
const retryAfterMs = 1_000;

/**
 * Polls the queues until `stop` is aborted, then lets activities end (10 s; then they are cancelled and retried
 * elsewhere). Where Temporal is away it waits and connects again; it rejects only where a restart cannot help.
 */
export async function runWorkers<Activities extends object>(
  plan: WorkerPlan<Activities>,
  stop: AbortSignal,
  onReady: () => void,
): Promise<void> {
  const stopping = (): boolean => stop.aborted;
  while (!stopping()) {
    const connection = await connect(plan, stop);
    if (connection === undefined) return;
    try {
      const workers = await Promise.all(plan.queues.map((queue) => createWorker(plan, connection, queue)));
      const shutdown = (): void => {
        for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      };
      stop.addEventListener('abort', shutdown, { once: true });
      const running = workers.map((worker) => worker.run());
      onReady();
      if (stopping()) shutdown();
      const ended = await Promise.allSettled(running.map((run) => run.finally(shutdown)));
      stop.removeEventListener('abort', shutdown);
      const failure = ended.find((end) => end.status === 'rejected');
      if (failure === undefined) return;
      plan.log.warn(`The worker stopped and starts again: ${String(failure.reason)}`);
    } finally {
      await connection.close();
    }
    await sleep(retryAfterMs);
  }
}

async function connect(plan: AnyPlan, stop: AbortSignal): Promise<NativeConnection | undefined> {
  for (let attempt = 1; !stop.aborted; attempt += 1) {
    try {
      return await NativeConnection.connect({ address: plan.place.address });
    } catch (error) {
      if (attempt === 1) plan.log.warn(`Temporal does not answer at ${plan.place.address}: ${String(error)}`);
      await sleep(retryAfterMs);
    }
  }
  return undefined;
}

const createWorker = (plan: AnyPlan, connection: NativeConnection, queue: TaskQueue): Promise<Worker> =>
  Worker.create({
    connection,
    namespace: plan.place.namespace,
    taskQueue: queue,
    activities: plan.activities,
    // The first is the outermost: an attempt is alive until its end is recorded, and what is recorded and counted is what Temporal is told, before it is
    // shortened.
    interceptors: {
      activity: [
        correlatedAttempts,
        ...(plan.tracer === undefined ? [] : [tracedAttempts(plan.tracer)]),
        pulse,
        softLimit,
        shortFailures,
        attemptLog(plan.attempts),
        plan.tasks.interceptor,
        plan.lineage.interceptor,
        activityFailures(plan.redactor, plan.quotaWait),
      ],
    },
    ...(plan.version === undefined
      ? {}
      : {
          workerDeploymentOptions: {
            version: plan.version,
            useWorkerVersioning: true,
            // A match is followed for days, and each change of a workflow replays the histories that were recorded: a run goes on where the current version is.
            defaultVersioningBehavior: 'AUTO_UPGRADE' as const,
          },
        }),
    maxHeartbeatThrottleInterval: heartbeatThrottle,
    defaultHeartbeatThrottleInterval: heartbeatThrottle,
    shutdownGraceTime: '10 seconds',
    maxConcurrentActivityTaskExecutions: mostSideBySide[queue] ?? plan.concurrency,
    ...(queue === 'default'
      ? {
          workflowBundle: { codePath: plan.workflowBundlePath },
          // A bug in workflow code ends the job where it can be seen; the default retries it for ever.
          workflowFailureErrorTypes: { '*': ['Error'] },
          maxCachedWorkflows: keptWorkflows,
        }
      : {}),
  });
