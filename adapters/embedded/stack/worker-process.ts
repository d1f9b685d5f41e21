import { z } from 'zod';
import type { TaskQueue } from '../../../schemas/jobs/task-queues.js';
import type { ProcessMark } from '../processes.js';
import { startChild, type ChildCommand } from './child-process.js';

/** How a worker is started. */
export interface WorkerCommand extends ChildCommand {
  /** The task queues it polls; its arguments name them too. */
  readonly queues: readonly TaskQueue[];
}

/** A worker that polls its queues. */
export interface WorkerProcess {
  readonly mark: ProcessMark;
  /** Where it serves its metrics. */
  readonly metrics: string;
  stop(): Promise<void>;
}

/** What a worker says once it polls. */
const Ready = z.object({ ready: z.literal(true), metrics: z.url() });

/** Starts a worker and waits until it polls. Its output goes to `logs/worker.log`. */
export async function startWorker(home: string, worker: WorkerCommand): Promise<WorkerProcess> {
  const { said, ...child } = await startChild(home, { name: 'worker', called: 'The worker' }, worker, Ready);
  return { ...child, metrics: said.metrics };
}
